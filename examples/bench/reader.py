# Reads the document named by its argument once for each line on standard input, and prints how many nanoseconds it took.
import io
import sys
import time

import stem.descriptor

kind, path = sys.argv[1:]
with open(path, 'rb') as file:
    document = file.read()
kinds = {
    'consensus': 'network-status-consensus-3 1.0',
    'vote': 'network-status-vote-3 1.0',
    'descriptors': 'server-descriptor 1.0',
}
for _ in sys.stdin:
    start = time.perf_counter_ns()
    total = 0
    for relay in stem.descriptor.parse_file(io.BytesIO(document), kinds[kind], validate=False):
        if kind == 'descriptors':
            total += len(relay.fingerprint) + relay.observed_bandwidth + relay.uptime
        else:
            total += len(relay.fingerprint) + len(relay.flags) + (relay.bandwidth or 0)
    print(time.perf_counter_ns() - start, flush=True)
