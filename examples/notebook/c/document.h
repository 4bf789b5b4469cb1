/* Small documents to read: a vote and a consensus of two relays, and their histories. All is made up. */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#define RELAYS_OF_A_VOTE \
  "r fine AQIDBAUGBwgJCgsMDQ4PEBESExQ qgrMs9D8bt7AY31VcRs8iczdpIs 2026-01-14 23:57:51 198.51.100.7 9001 9030\n" \
  "s Fast Guard Running Stable V2Dir Valid\n" \
  "v Tor 0.4.9.11\n" \
  "w Bandwidth=6526 Measured=7000\n" \
  "p reject 1-65535\n" \
  "stats wfu=0.998860 tk=773337 mtbf=1463400\n" \
  "m 32,33,34,35 sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM\n" \
  "r slow /wIDBAUGBwgJCgsMDQ4PEBESExQ qgrMs9D8bt7AY31VcRs8iczdpIs 2026-01-14 23:57:51 198.51.100.8 443 0\n" \
  "s Running Valid\n" \
  "v Tor 0.4.8.21\n" \
  "w Bandwidth=11 Measured=7\n" \
  "p accept 80,443\n" \
  "stats wfu=0.500000 tk=3600 mtbf=1800\n" \
  "m 32,33,34,35 sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM\n"

#define A_SIGNATURE \
  "directory-signature 0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F 0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F\n" \
  "-----BEGIN SIGNATURE-----\nAAAA\n-----END SIGNATURE-----\n"

#define A_VOTE \
  "network-status-version 3\nvote-status vote\nconsensus-methods 32 33 34 35\n" \
  "published 2026-01-14 23:50:00\nvalid-after 2026-01-15 00:00:00\nfresh-until 2026-01-15 01:00:00\n" \
  "valid-until 2026-01-15 03:00:00\nvoting-delay 300 300\n" \
  "known-flags Authority BadExit Exit Fast Guard HSDir Running Stable StaleDesc Sybil V2Dir Valid\n" \
  "flag-thresholds stable-uptime=1216200 stable-mtbf=432000 fast-speed=102000 guard-wfu=98.000% guard-tk=691200 " \
  "guard-bw-inc-exits=2097000 guard-bw-exc-exits=2098000 enough-mtbf=1 ignoring-advertised-bws=0\n" \
  "dir-source made1 0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F 198.51.100.1 198.51.100.1 7000 5000\ncontact nobody\n" \
  RELAYS_OF_A_VOTE "directory-footer\n" A_SIGNATURE

#define A_CONSENSUS \
  "network-status-version 3\nvote-status consensus\nconsensus-method 33\n" \
  "valid-after 2026-01-15 00:00:00\nfresh-until 2026-01-15 01:00:00\nvalid-until 2026-01-15 03:00:00\nvoting-delay 300 300\n" \
  "known-flags Authority BadExit Exit Fast Guard HSDir Running Stable StaleDesc Sybil V2Dir Valid\n" \
  "dir-source made1 0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F 198.51.100.1 198.51.100.1 7000 5000\ncontact nobody\n" \
  "vote-digest 0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F\n" \
  "r fine AQIDBAUGBwgJCgsMDQ4PEBESExQ qgrMs9D8bt7AY31VcRs8iczdpIs 2026-01-14 23:57:51 198.51.100.7 9001 9030\n" \
  "s Fast Guard Running Stable V2Dir Valid\nv Tor 0.4.9.11\nw Bandwidth=7000\np reject 1-65535\n" \
  "r other /wIDBAUGBwgJCgsMDQ4PEBESExQ qgrMs9D8bt7AY31VcRs8iczdpIs 2026-01-14 23:57:51 198.51.100.8 443 0\n" \
  "s Fast Guard Running Stable V2Dir Valid\nv Tor 0.4.8.21\nw Bandwidth=3000\np accept 80,443\n" \
  "directory-footer\n" \
  "bandwidth-weights Wbd=0 Wbe=0 Wbg=4194 Wbm=10000 Wdb=10000 Web=10000 Wed=10000 Wee=10000 Weg=10000 Wem=10000 Wgb=10000 " \
  "Wgd=0 Wgg=5806 Wgm=5806 Wmb=10000 Wmd=0 Wme=0 Wmg=4194 Wmm=10000\n" A_SIGNATURE

#define A_LEDGER \
  "format 2\nstored-at 2026-01-15 00:00:00\ntracked-since 2025-01-15 00:00:00\nlast-downrated 2026-01-14 22:00:00\ndata\n" \
  "R 0102030405060708090A0B0C0D0E0F1011121314\n" \
  "+MTBF 1000000 2.00000 S=2026-01-10 00:00:00\n" \
  "+WFU 1000000 1010000\n" \
  ".\n"

#endif
