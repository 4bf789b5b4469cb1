package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

// mostPoints is how many a sweep may have, for a step that is too small by mistake.
const mostPoints = 1_000_000

// parseSweep reads CONSTANT=FROM:TO:STEP: from the first value on in steps, as long as they are at most the last.
func parseSweep(text string) (foresight.Constant, []float64, error) {
	name, span, _ := strings.Cut(text, "=")
	constant, err := foresight.ParseConstant(name)
	if err != nil {
		return 0, nil, err
	}
	words := strings.Split(span, ":")
	if len(words) != 3 {
		return 0, nil, fmt.Errorf("%q is not FROM:TO:STEP", span)
	}
	var numbers [3]float64
	for i, word := range words {
		if numbers[i], err = strconv.ParseFloat(word, 64); err != nil || math.IsNaN(numbers[i]) || math.IsInf(numbers[i], 0) {
			return 0, nil, fmt.Errorf("%q is no number", word)
		}
	}
	from, to, step := numbers[0], numbers[1], numbers[2]
	if !(step > 0) || to < from {
		return 0, nil, errors.New("TO has to be at least FROM, and STEP more than 0")
	}
	steps := math.Floor((to-from)/step + 1e-9) // so that 0.5:0.9:0.1 ends at 0.9
	if !(steps < mostPoints) {
		return 0, nil, fmt.Errorf("more than %d points", mostPoints)
	}
	values := make([]float64, 0, int(steps)+1)
	for i := range int(steps) + 1 {
		value := math.Min(to, from+float64(float64(i)*step))
		rounded, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 12, 64), 64) // 0.7, not 0.7000000000000001
		if err != nil {
			return 0, nil, err
		}
		if err := constant.Set(guard.Latest(), rounded).Check(); err != nil {
			return 0, nil, err
		}
		values = append(values, rounded)
	}
	return constant, values, nil
}
