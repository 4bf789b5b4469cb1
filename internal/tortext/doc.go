// Package tortext reads what Tor writes in its own way wherever it writes text: white space with comments in it, and
// versions of Tor.
package tortext
