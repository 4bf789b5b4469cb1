package authority_test

import "testing"

func TestExtra(t *testing.T) { compare(t, "/tmp/torlab-bundles") }
