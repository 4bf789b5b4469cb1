package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/seed-84712aaa/guardmath/guard"
)

// gm_guard_rules is the rules of a version of Tor, or of another name that guard.RulesFor knows.
//
//export gm_guard_rules
func gm_guard_rules(name *C.char, length C.int64_t, handle *C.uint64_t) status {
	return try(func() error {
		version, err := text(name, length)
		if err != nil {
			return err
		}
		rules, err := guard.RulesFor(string(version))
		if err != nil {
			return err
		}
		return hold(&rules, handle)
	})
}

// ruleField is a field of rules by its name in Go. A library of columns has no other use for reflection; here it spares a
// function a field.
func ruleField(rules *guard.Rules, name string) (reflect.Value, error) {
	field := reflect.ValueOf(rules).Elem().FieldByName(name)
	if !field.IsValid() || field.Kind() == reflect.String {
		return field, fmt.Errorf("%w: rules have no number %q", errName, name)
	}
	return field, nil
}

// gm_guard_value is the value of a field of rules, by its name in guard.Rules: bytes/s, seconds, a fraction, bits, or 0 and
// 1.
//
//export gm_guard_value
func gm_guard_value(handle C.uint64_t, name *C.char, length C.int64_t, value *C.double) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		key, err := text(name, length)
		if err != nil {
			return err
		}
		if value == nil {
			return fmt.Errorf("%w: value", errNull)
		}
		own := *rules
		field, err := ruleField(&own, string(key))
		if err != nil {
			return err
		}
		switch {
		case field.Kind() == reflect.Bool:
			*value = C.double(number(field.Bool()))
		case field.CanInt():
			*value = C.double(field.Int())
		case field.CanUint():
			*value = C.double(field.Uint())
		default:
			*value = C.double(field.Float())
		}
		return nil
	})
}

// gm_guard_change is other rules, with a new handle, in which a field has another value.
//
//export gm_guard_change
func gm_guard_change(handle C.uint64_t, name *C.char, length C.int64_t, value C.double, changed *C.uint64_t) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		key, err := text(name, length)
		if err != nil {
			return err
		}
		own := *rules
		field, err := ruleField(&own, string(key))
		if err != nil {
			return err
		}
		v := float64(value)
		refused := fmt.Errorf("%w: %s cannot be %v", errValue, key, v)
		whole := v == math.Trunc(v) && math.Abs(v) <= 1<<53
		switch {
		case field.Kind() == reflect.Bool && (v == 0 || v == 1):
			field.SetBool(v == 1)
		case field.Kind() == reflect.Float64:
			field.SetFloat(v)
		case field.CanInt() && whole && !field.OverflowInt(int64(v)):
			field.SetInt(int64(v))
		case field.CanUint() && whole && v >= 0 && !field.OverflowUint(uint64(v)):
			field.SetUint(uint64(v))
		default:
			return refused
		}
		if err := own.Check(); err != nil {
			return err
		}
		return hold(&own, changed)
	})
}

// gm_guard_name gives the name of rules.
//
//export gm_guard_name
func gm_guard_name(handle C.uint64_t, name *C.char, size C.int64_t, length *C.int64_t) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		return give(rules.Name, name, size, length)
	})
}

// gm_guard_differences gives what is different in other rules, a line of words each.
//
//export gm_guard_differences
func gm_guard_differences(handle, other C.uint64_t, words *C.char, size C.int64_t, length *C.int64_t) status {
	return try(func() error {
		a, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		b, err := held[*guard.Rules](other)
		if err != nil {
			return err
		}
		var lines []string
		for d := range a.Differences(*b) {
			lines = append(lines, d.String())
		}
		return give(strings.Join(lines, "\n"), words, size, length)
	})
}

// gm_guard_releases gives the names of all sets of rules, a line each, in the order in which they came out.
//
//export gm_guard_releases
func gm_guard_releases(names *C.char, size C.int64_t, length *C.int64_t) status {
	return try(func() error {
		var lines []string
		for _, rules := range guard.Releases() {
			lines = append(lines, rules.Name)
		}
		return give(strings.Join(lines, "\n"), names, size, length)
	})
}

// gm_guard_reason gives the words of a reason, one bit.
//
//export gm_guard_reason
func gm_guard_reason(bit C.uint32_t, words *C.char, size C.int64_t, length *C.int64_t) status {
	return try(func() error {
		reason := guard.Reasons(bit).String()
		if reason == "" || strings.Contains(reason, ",") {
			return fmt.Errorf("%w: %#x is no reason", errName, uint32(bit))
		}
		return give(reason, words, size, length)
	})
}
