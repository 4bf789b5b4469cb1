package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"sync"
)

// handles are what callers hold: documents, ledgers and rules. Numbers are never used again, so that one which was closed
// stays closed.
type handles struct {
	mu   sync.RWMutex
	next uint64
	held map[uint64]any
}

var all = handles{held: make(map[uint64]any)}

// hold is a new handle of a thing.
func hold(thing any, to *C.uint64_t) error {
	if to == nil {
		return fmt.Errorf("%w: handle", errNull)
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	all.next++
	all.held[all.next] = thing
	*to = C.uint64_t(all.next)
	return nil
}

// held is the thing that a handle is of.
func held[T any](handle C.uint64_t) (T, error) {
	all.mu.RLock()
	defer all.mu.RUnlock()
	thing, ok := all.held[uint64(handle)].(T)
	if !ok {
		return thing, fmt.Errorf("%w: %d", errHandle, uint64(handle))
	}
	return thing, nil
}

// gm_library_close gives up a handle of any kind. What was read through it stays the caller's.
//
//export gm_library_close
func gm_library_close(handle C.uint64_t) status {
	return try(func() error {
		all.mu.Lock()
		defer all.mu.Unlock()
		if _, ok := all.held[uint64(handle)]; !ok {
			return fmt.Errorf("%w: %d", errHandle, uint64(handle))
		}
		delete(all.held, uint64(handle))
		return nil
	})
}
