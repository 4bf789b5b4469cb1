// Package order finds order statistics, "the k-th smallest of n", exactly and without sorting, for packages guard and
// consensus.
//
// A sample tells between which two values the wanted one must lie. One pass then counts what lies below the lower of
// them and keeps the few values between the two; the answer is among those, at a place that the count gives. Where the
// sample misled, the count shows it, and the pass is made again with wider bounds: what is slower then is still exact.
//
// Values are seen as keys, unsigned numbers of the same order (see [Key]), in words of 64: 64 answers of yes or no are one
// uint64, the first of them its highest bit. Comparing unsigned numbers leaves the answer in the processor's carry, which
// an addition with carry puts into such a word: two instructions a value, no branch to mispredict. What has no part in a
// statistic is then masked out 64 at a time.
package order
