// Command lib is guardmath as a C shared library, for notebooks and whoever else has arrays:
//
//	go build -buildmode=c-shared -o libguardmath.so ./lib
//
// C names are gm_<package>_<verb>. Calls are over columns: one call does all relays. The conventions are in types.h, and
// guardmath.py beside this folder is a whole client.
package main

/*
#include "types.h"
#include "message.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/seed-84712aaa/guardmath/guard"
)

func main() {} // a shared library has none, and the linker wants one

// status is what every call returns.
type status = C.int32_t

// The sentinels of a call's own; each has its status.
var (
	errNull   = errors.New("a pointer is null that must not be")
	errLength = errors.New("a length out of range")
	errHandle = errors.New("no such handle")
	errName   = errors.New("nobody has that name")
	errValue  = errors.New("a value out of range")
)

// statuses are those of errors; all others are of documents.
var statuses = []struct {
	err    error
	status status
}{
	{errNull, C.gm_null}, {errLength, C.gm_length}, {errHandle, C.gm_handle}, {errName, C.gm_name}, {errValue, C.gm_value},
	{guard.ErrNoRules, C.gm_name}, {guard.ErrRules, C.gm_value}, {guard.ErrColumns, C.gm_length},
}

// try does a call's work and makes a status of what becomes of it. A panic would end the caller's process, and so becomes
// a status too.
func try(work func() error) (s status) {
	defer func() {
		if r := recover(); r != nil {
			keep(fmt.Sprintf("internal fault: %v", r))
			s = C.gm_internal
		}
	}()
	err := work()
	if err == nil {
		return C.gm_ok
	}
	keep(err.Error())
	for _, known := range statuses {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return C.gm_document
}

// keep leaves a message for gm_library_message.
func keep(message string) {
	bytes := append([]byte(message), 0)
	C.gm_keep_message((*C.char)(unsafe.Pointer(&bytes[0])), C.int64_t(len(bytes)-1))
}

// maxLength bounds how many relays a call may have: more than any memory holds columns of.
const maxLength = 1 << 40

// checked is a length as an int.
func checked(n C.int64_t) (int, error) {
	if n < 0 || n > maxLength || int64(int(n)) != int64(n) {
		return 0, fmt.Errorf("%w: %d", errLength, int64(n))
	}
	return int(n), nil
}

// column is an array of the caller's as a slice; a null one is nil.
func column[To, From any](array *From, n int) []To {
	if array == nil {
		return nil
	}
	if n == 0 {
		return []To{}
	}
	return unsafe.Slice((*To)(unsafe.Pointer(array)), n)
}

// needed is an array that must be there.
func needed[To, From any](name string, array *From, n int) ([]To, error) {
	if array == nil {
		return nil, fmt.Errorf("%w: %s", errNull, name)
	}
	return column[To](array, n), nil
}

// text is a text of the caller's as a copy.
func text(array *C.char, n C.int64_t) ([]byte, error) {
	length, err := checked(n)
	switch {
	case err != nil:
		return nil, err
	case length > 1<<30:
		return nil, fmt.Errorf("%w: a text of %d bytes", errLength, length)
	case array == nil && length > 0:
		return nil, fmt.Errorf("%w: a text", errNull)
	}
	own := make([]byte, length)
	copy(own, column[byte](array, length))
	return own, nil
}

// give copies a text to the caller, as much as there is room for, and says how long it is.
func give(s string, array *C.char, size C.int64_t, length *C.int64_t) error {
	n, err := checked(size)
	if err != nil {
		return err
	}
	if length == nil {
		return fmt.Errorf("%w: length", errNull)
	}
	*length = C.int64_t(len(s))
	copy(column[byte](array, n), s)
	return nil
}

// number is 1 or 0.
func number(yes bool) C.int32_t {
	if yes {
		return 1
	}
	return 0
}

// gm_library_abi is GM_ABI of types.h as this library was built.
//
//export gm_library_abi
func gm_library_abi() C.int32_t { return C.GM_ABI }

// gm_library_message copies the reason of the calling thread's last failure, without a zero at its end, as much as there is
// room for, and returns its length.
//
//export gm_library_message
func gm_library_message(buffer *C.char, size C.int64_t) C.int64_t {
	return C.gm_kept_message(buffer, size)
}
