package torlab

import "fmt"

// exitPolicy is a relay's policy and its IPv6 summary: mostly none, else one of those that make the Exit rule think.
func (d dice) exitPolicy() (rules []string, ipv6 string) {
	if d.chance(0.5) {
		return []string{"reject *:*"}, ""
	}
	if d.chance(0.3) {
		ipv6 = pick(d, "accept 80,443", "reject 25", "accept 1-65535")
	}
	makers := []func(dice) []string{
		openPolicy, webPolicy, oneBlock, punctured, maskedPolicy, orderMatters, sixOnly, noLastWord, halves, portEdges,
	}
	return makers[d.IntN(len(makers))](d), ipv6
}

// openPolicy lets everything out, or all but mail.
func openPolicy(d dice) []string {
	return pick(d, []string{"accept *:*"}, []string{"reject *:25", "accept *:*"}, []string{"reject private:*", "accept *:*"})
}

// webPolicy is the usual reduced policy, whose leading rejects of internal networks must not count against it.
func webPolicy(d dice) []string {
	p := []string{
		"reject 0.0.0.0/8:*", "reject 169.254.0.0/16:*", "reject 127.0.0.0/8:*",
		"reject 192.168.0.0/16:*", "reject 10.0.0.0/8:*", "reject 172.16.0.0/12:*",
	}
	if d.chance(0.5) {
		p = []string{"reject private:*"}
	}
	for _, port := range pick(d, []string{"80", "443"}, []string{"443"}, []string{"80"}, []string{"20-23", "43", "53", "79-81", "443"}) {
		p = append(p, "accept *:"+port)
	}
	return append(p, "reject *:*")
}

// oneBlock allows one network only, about as large as it must be.
func oneBlock(d dice) []string {
	first := pick(d, 0, 8, 10, 126, 127, 128, 172, 192, 223, 255)
	bits := pick(d, 7, 8, 8, 8, 9)
	if bits == 7 {
		first &^= 1
	}
	p := []string{fmt.Sprintf("accept %d.0.0.0/%d:80", first, bits)}
	if d.chance(0.5) {
		p = append(p, fmt.Sprintf("accept %d.0.0.0/8:443", pick(d, first, 9, 11)))
	} else {
		p = append(p, "accept *:443")
	}
	return append(p, "reject *:*")
}

// punctured rejects a part of almost every /8, or of every one, before it accepts all.
func punctured(d dice) []string {
	var p []string
	spared := d.IntN(300) // above 255: none is spared
	for i := range 256 {
		if i != spared {
			p = append(p, fmt.Sprintf("reject %d.%d.0.0/%d:%s", i, 128*d.IntN(2), pick(d, 9, 16, 32), pick(d, "*", "80", "443", "79-443")))
		}
	}
	return append(p, "accept *:*")
}

// maskedPolicy writes prefixes as masks.
func maskedPolicy(d dice) []string {
	return []string{
		"reject 192.168.0.0/255.255.0.0:*",
		"accept " + pick(d, "8.0.0.0/255.0.0.0", "8.0.0.0/254.0.0.0", "8.0.0.0/255.128.0.0", "0.0.0.0/0.0.0.0") + ":80",
		"accept 9.0.0.0/255.0.0.0:443",
		"reject *:*",
	}
}

// orderMatters has a reject and an accept of the same addresses, in either order.
func orderMatters(d dice) []string {
	p := []string{"reject *:80", "accept *:80", "accept *:443", "reject *:443"}
	d.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
	return append(p, "reject *:*")
}

// sixOnly has rules for IPv6, which the Exit rule does not look at, among or instead of those for IPv4.
func sixOnly(d dice) []string {
	p := []string{"accept6 *:80", "accept6 [2000::]/3:443", "reject6 *:*"}
	if d.chance(0.5) {
		p = append([]string{"reject6 *:80"}, "accept *:80", "accept *:443")
	}
	return append(p, "reject *:*")
}

// noLastWord ends without a rule for the rest.
func noLastWord(d dice) []string {
	return pick(d, []string{"accept *:80"}, []string{"accept *:80", "accept *:443"}, []string{"reject *:80"}, []string{"reject 1.2.3.4:*"})
}

// halves speaks of many /8s with one short prefix.
func halves(d dice) []string {
	p := []string{
		fmt.Sprintf("reject %s:%s", pick(d, "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/2", "64.0.0.0/3"), pick(d, "*", "80", "443")),
		fmt.Sprintf("accept %s:%s", pick(d, "0.0.0.0/1", "128.0.0.0/1", "128.0.0.0/2", "224.0.0.0/3", "*"), pick(d, "*", "80-443", "80")),
	}
	return append(p, "reject *:*")
}

// portEdges has port ranges that just reach, or just miss, what counts.
func portEdges(d dice) []string {
	return []string{
		"accept *:" + pick(d, "1-80", "1-79", "80-80", "81-100", "1-65535"),
		"accept *:" + pick(d, "443-65535", "444-65535", "400-443", "443"),
		"reject *:*",
	}
}
