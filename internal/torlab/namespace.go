//go:build tor && linux

package torlab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"
)

// confined is set in the environment of a test that was started again in a namespace.
const confined = "TORLAB_CONFINED"

// Confine puts the test into a network namespace of its own, as unshare -n would, or -Urn where it is not root: it
// starts the test again in there, waits for it, and returns its exit status. In the test started again it brings
// loopback up and reports that the tests can be run.
//
// An authority may try to reach the relays it lists, and here these are made up. In the namespace no packet can leave
// the machine.
func Confine() (status int, inside bool, err error) {
	if os.Getenv(confined) == "" {
		status, err = startAgain()
		return status, false, err
	}
	// Who set the variable by hand is told so before anything is changed.
	if err := checkConfined(); err != nil {
		return 1, true, err
	}
	return 0, true, raiseLoopback()
}

// startAgain runs this program with the same arguments in a new namespace.
func startAgain() (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 1, err
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), confined+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	// The child is to end with this process, but the kernel watches the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// What comes of a run depends on the second in which things are done, so on a busy machine it had better go first.
	// The child inherits this; where it is not allowed, more runs will have to be repeated.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, -10)
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 1), nil
	case err != nil:
		return 1, fmt.Errorf("no network namespace to run tor in: %w", err)
	}
	return 0, nil
}

// An ifreq is the kernel's request about an interface, in either of the two shapes used here.
type ifreq struct {
	name [16]byte
	data [24]byte
}

// raiseLoopback gives loopback the addresses of the authorities and brings it up.
func raiseLoopback() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	ioctl := func(request uintptr, r *ifreq) error {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(r))); errno != 0 {
			return fmt.Errorf("setting up loopback: %w", errno)
		}
		return nil
	}
	up := ifreq{name: [16]byte{'l', 'o'}}
	if err := ioctl(syscall.SIOCGIFFLAGS, &up); err != nil {
		return err
	}
	binary.NativeEndian.PutUint16(up.data[:], binary.NativeEndian.Uint16(up.data[:])|syscall.IFF_UP)
	if err := ioctl(syscall.SIOCSIFFLAGS, &up); err != nil {
		return err
	}
	for i := range maxPlaces {
		var alias ifreq
		copy(alias.name[:], fmt.Sprintf("lo:%d", i))
		binary.NativeEndian.PutUint16(alias.data[:], syscall.AF_INET)
		address := authorityAddress(i).As4()
		copy(alias.data[4:], address[:])
		if err := ioctl(syscall.SIOCSIFADDR, &alias); err != nil {
			return err
		}
		mask := ifreq{name: alias.name, data: alias.data}
		copy(mask.data[4:], []byte{255, 255, 255, 255})
		if err := ioctl(syscall.SIOCSIFNETMASK, &mask); err != nil {
			return err
		}
	}
	return nil
}

// checkConfined is an error where there is any interface but loopback.
func checkConfined() error {
	all, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range all {
		if i.Flags&net.FlagLoopback == 0 {
			return fmt.Errorf("there is a network interface %s: tor runs only where there is nothing but loopback", i.Name)
		}
	}
	return nil
}
