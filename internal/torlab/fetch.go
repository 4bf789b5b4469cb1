//go:build tor

package torlab

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// client asks one question a connection, as tor's directory port answers, and takes no compression.
var client = &http.Client{
	Timeout:   20 * time.Second,
	Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
}

// get is a document of an authority's directory port, or nil where it has none.
func (a Authority) get(path string) ([]byte, error) {
	resp, err := client.Get(fmt.Sprintf("http://%s:%d%s", a.Address, a.DirPort, path))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return nil, nil
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// post gives descriptors to the authority.
func (a Authority) post(descriptors []byte) error {
	resp, err := client.Post(fmt.Sprintf("http://%s:%d/tor/", a.Address, a.DirPort), "text/plain", bytes.NewReader(descriptors))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusBadRequest {
		return fmt.Errorf("posting descriptors: %s", resp.Status)
	}
	return nil
}

// headerTime is the time on the first line of that keyword, as Unix seconds.
func headerTime(doc []byte, keyword string) (int64, error) {
	for line := range strings.Lines(string(doc)) {
		if word, rest, _ := strings.Cut(strings.TrimSpace(line), " "); word == keyword {
			at, err := time.Parse(time.DateTime, rest)
			return at.Unix(), err
		}
	}
	return 0, fmt.Errorf("no %s line in the document", keyword)
}

// paramsOf are the parameters a consensus says.
func paramsOf(consensus []byte) (map[string]int64, error) {
	params := map[string]int64{}
	for line := range strings.Lines(string(consensus)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "params" {
			continue
		}
		for _, word := range words[1:] {
			name, value, _ := strings.Cut(word, "=")
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, err
			}
			params[name] = n
		}
		break
	}
	return params, nil
}

// eventually asks again and again until there is an answer, an error, or the deadline.
func eventually(deadline time.Time, p *process, what string, ask func() (done bool, err error)) error {
	for {
		done, err := ask()
		if done {
			return nil
		}
		if p.ended() {
			return p.failure("tor has ended before " + what)
		}
		if time.Now().After(deadline) {
			if err != nil {
				what += ": " + err.Error()
			}
			return p.failure("waited too long for " + what)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
