module github.com/seed-84712aaa/guardmath/examples/bench

go 1.25.0

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794
	github.com/montanaflynn/stats v0.14.0
	github.com/seed-84712aaa/guardmath v0.0.0
	gonum.org/v1/gonum v0.17.0
)

replace github.com/seed-84712aaa/guardmath => ../..
