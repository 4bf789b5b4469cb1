module github.com/seed-84712aaa/guardmath/examples/notebook

go 1.25.0

require github.com/seed-84712aaa/guardmath v0.0.0

replace github.com/seed-84712aaa/guardmath => ../..
