"""Tor's guard-selection math on NumPy columns.

The arithmetic is guardmath's, bit for bit what tor's authorities compute. This module hands it whole columns, a call for all
relays, and hands columns back: dictionaries of one-dimensional arrays of one length, n, with the dtypes named here, which
pandas.DataFrame takes as they are. Given columns may be of other dtypes if converting them changes no value.

Times are Unix seconds (UTC), durations seconds, bandwidths KB/s of 1000 bytes, shares 0 to 1, flags and reasons bits of uint32
(FLAG, REASON). What never happens does so at NEVER. Failures raise Error with the library's own words, or ValueError. A
parameter out takes a dictionary of arrays to write to; results that are not in it are not computed.

    python3 -m guardmath build      builds the library; importing does so too if it is not there
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from numpy import bool_, float64, int64, uint8, uint16, uint32, uint64

ABI = 1
NEVER = np.iinfo(int64).max
FOLDER = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.environ.get("GUARDMATH_LIBRARY") or os.path.join(FOLDER, "libguardmath.so")
CLIENTS = "tor-before-0.3.0", "onionoo", "tor-since-0.3.0", "arti"
POSITIONS, MODELS = ("guard", "middle", "exit"), ("authority", "sampled", "continuous")
_lib = None  # the library, once it is loaded


class Error(ValueError):
    """What the library says is wrong; .status is one of types.h."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


def build():
    """Builds the library, which takes Go and a C compiler, and puts it and its header where LIBRARY says."""
    compiler = os.environ.get("CC") or "cc"
    for program, what in ("go", "Go (https://go.dev/dl)"), (compiler.split()[0], "a C compiler, such as gcc"):
        if not shutil.which(program):
            raise ImportError(f"guardmath has to be built once, which takes {what}: there is no program {program} here")
    to, name = os.path.split(os.path.abspath(LIBRARY))
    with tempfile.TemporaryDirectory(dir=to) as made:  # others may be building, or using, what is there
        done = subprocess.run(["go", "build", "-buildmode=c-shared", "-o", os.path.join(made, name), "./lib"], cwd=FOLDER,
                              env={**os.environ, "CGO_ENABLED": "1", "CC": compiler}, capture_output=True, text=True)
        if done.returncode:
            raise ImportError("guardmath cannot be built: " + done.stderr.strip())
        for file in os.listdir(made):
            os.replace(os.path.join(made, file), os.path.join(to, file))


def _load():
    """The library, whose functions have the types that its header says."""
    if not os.path.exists(LIBRARY):
        build()
    try:
        lib = ctypes.CDLL(LIBRARY)
        if lib.gm_library_abi() != ABI:
            raise AttributeError(f"its version is {lib.gm_library_abi()}, not {ABI}")
        with open(os.path.splitext(LIBRARY)[0] + ".h") as header:
            for returned, name, args in re.findall(r"^extern (\w+)_t (gm_\w+)\((.*)\);", header.read(), re.MULTILINE):
                types = [a.split()[0].removesuffix("_t") for a in args.split(",") if a != "void"]
                getattr(lib, name).argtypes = [getattr(ctypes, "c_" + t, ctypes.c_void_p) for t in types]
                getattr(lib, name).restype = getattr(ctypes, "c_" + returned)
    except (OSError, AttributeError) as wrong:
        raise ImportError(f"{LIBRARY} is not what this guardmath.py needs: {wrong}; python3 -m guardmath build") from None
    return lib


def _call(name, *given):
    """Calls a function. Arrays go by address, dictionaries of them as structs of addresses, texts as address and length, tuples
    as what is in them."""
    if _lib is None:
        raise RuntimeError("guardmath cannot be used after a fork: multiprocessing.get_context('spawn') does without one")
    args = [(a.encode(), len(a.encode())) if isinstance(a, str) else a for a in given]
    args = [part for a in args for part in (a if isinstance(a, tuple) else (a,))]
    args = [np.array([0 if c is None else c.ctypes.data for c in a.values()], np.uintp) if isinstance(a, dict) else a for a in args]
    raw = [a.ctypes.data if isinstance(a, np.ndarray) else a.item() if isinstance(a, np.generic) else a for a in args]
    function = getattr(_lib, "gm_" + name)
    for a, kind in zip(raw, function.argtypes):
        if isinstance(a, int) and kind is not ctypes.c_void_p and kind(a).value != a:
            raise OverflowError(f"{name}: {a} is out of range")
    status = function(*raw)
    if status:
        message = np.empty(1024, uint8)
        length = _lib.gm_library_message(message.ctypes.data, len(message))
        raise Error(message[:length].tobytes().decode("utf-8", "replace"), status)

def _ask(name, *args, gives):
    """The numbers that a function gives behind its other arguments, of these dtypes."""
    made = [np.empty(1, dtype) for dtype in gives]
    _call(name, *args, *made)
    return [m.item() for m in made]

def _text(name, *args, size=1024):
    """The text that a function gives."""
    text = np.empty(size, uint8)
    length, = _ask(name, *args, text, size, gives=[int64])
    return text[:length].tobytes().decode() if length <= size else _text(name, *args, size=length)

def _fill(name, *args, n=None, out=None, struct=False, **dtypes):
    """The columns that a function fills where its arguments say ..., or behind them; as long as the first it is given, or n."""
    n = next(a[0] for a in args if isinstance(a, tuple)) if n is None else n
    for key, array in (out or {}).items():
        if key not in dtypes or array.dtype != dtypes[key] or array.shape != (n,) or not array.flags.carray:
            raise ValueError(f"out: {key} is not among {', '.join(dtypes)}, or no array of {n} of its dtype in a row")
    made = {key: np.zeros(n, dtype) for key, dtype in dtypes.items()} if out is None else out
    fills = iter([made] if struct else [made.get(key) for key in dtypes])
    _call(name, *[next(fills) if a is ... else a for a in args], *fills)
    return made

def _sized(values, dtype, what="column", n=None):
    """The length and the values as an array in a row, copied only if they are not one already; None stays None."""
    if values is None:
        return n, None
    given = np.asarray(values)
    with np.errstate(invalid="ignore"):
        made = np.ascontiguousarray(given, dtype)
    if given.ndim != 1 or n not in (None, len(made)):
        raise ValueError(f"{what}: the shape is {given.shape}, not ({'n' if n is None else n},)")
    if given.dtype != made.dtype and not np.all((made == given) | (made != made) & (given != given)):
        raise ValueError(f"{what}: not all values are {np.dtype(dtype)}")
    return len(made), made

# Structs of columns of types.h, in their order.
HISTORIES = dict(weighted_run_length=uint64, total_run_weights=float64, weighted_uptime=uint64, total_weighted_time=uint64,
                 start_of_run=int64, start_of_downtime=int64)
RELAYS = dict(facts=uint32, active=bool_, offers_hsdir=bool_, has_dir_port=bool_, buggy=bool_, vulnerable=bool_, advertised=uint32,
              measured=uint32, is_measured=bool_, advertised_bytes=uint32, uptime=int64, hsdir_uptime=int64, wfu=float64,
              time_known=int64, mtbf=float64, strip=uint32, pin=uint32, unknown=uint8)
ENTRIES = dict(identity="V20", nickname="S19", address=">u4", flags=uint32, bandwidth=uint32, measured=uint32, is_measured=bool_,
               published=int64, or_port=uint16, dir_port=uint16, wfu=float64, time_known=int64, mtbf=float64)
_HEADER = np.dtype([(name, int64) for name in ("valid_after", "published", "g", "m", "e", "d", "t")] + [
    (name, np.int32) for name in ("is_vote", "method", "has_thresholds", "has_weights")])
_WEIGHTS = np.dtype([("W" + pair, int64) for pair in "bd be bg bm db eb ed ee eg em gb gd gg gm mb md me mg mm".split()])
_THRESHOLDS = np.dtype([("stable_mtbf", float64), ("guard_wfu", float64), ("guard_time_known", int64)] + [
    (name, uint32) for name in ("stable_uptime", "fast", "guard_including_exits", "guard_excluding_exits")] + [
    (name, np.int32) for name in ("enough_mtbf", "ignoring_advertised", "in_bytes", "scarce_exits")])

def _columns(dtypes, given, n=None):
    """The length of a caller's columns, and the struct of them."""
    names, made = set(given.keys()), dict.fromkeys(dtypes)
    if names - set(dtypes) or dtypes is HISTORIES and set(dtypes) - names:
        raise ValueError(f"columns are {', '.join(dtypes)}; given are {', '.join(sorted(names)) or 'none'}")
    for name in given.keys():
        n, made[name] = _sized(given[name], dtypes[name], name, n)
    return n or 0, made

def _record(dtype, name, *args, then=()):
    """The struct of numbers that a function fills behind its other arguments, as a dictionary."""
    made = np.zeros(1, dtype)
    _call(name, *args, made, *then)
    return dict(zip(dtype.names, made[0].tolist()))

def _numbers(dtype, named):
    """The inverse: the struct of a dictionary."""
    return np.array([tuple(named[name] for name in dtype.names)], dtype)

def _fingerprints(identities):
    return np.frombuffer(identities.tobytes().hex().upper().encode(), "S40").astype("U40")

def _bits(function, bit=1):
    """The names of flags or reasons, and their bits."""
    try:
        return {_text(function, bit): bit, **_bits(function, bit << 1)}
    except Error:
        return {}


class _Held:
    """What has a handle in the library, which is given up with the object."""
    handle = None

    def __del__(self):
        if self.handle is not None and _lib is not None:
            _lib.gm_library_close(self.handle)

    def _open(self, name, document):
        document = document if isinstance(document, bytes) else np.fromfile(document, uint8)
        self.handle, self.n = _ask(name, (document, len(document)), gives=[uint64, int64])


class Document(_Held):
    """A vote or a consensus, of a file name or of bytes; .n is its number of relays, .header a dictionary of what it says of
    itself, with the sums g, m, e, d (guards, middles, exits, both) and t of its bandwidths."""

    def __init__(self, document):
        self._open("consensus_open", document)
        self.header = _record(_HEADER, "consensus_header", self.handle)

    def columns(self):
        """What the document says of its relays, in its order: fingerprint (U40), nickname (U19), address (IPv4 as uint32), and
        the columns of ENTRIES from flags on. wfu and mtbf are NaN, time_known is -1, where there is no stats line."""
        c = _fill("consensus_read", self.handle, self.n, n=self.n, struct=True, **ENTRIES)
        return {"fingerprint": _fingerprints(c.pop("identity")), "nickname": c.pop("nickname").astype("U19"),
                "address": c.pop("address").astype(uint32), **c}

    def relays(self):
        """What a vote shows of its relays, to decide them by: the columns of RELAYS."""
        return _fill("guard_from_vote", self.handle, self.n, n=self.n, struct=True, **RELAYS)

    def thresholds(self):
        """The thresholds that a vote prints, as those of Rules."""
        return _record(_THRESHOLDS, "guard_published", self.handle)

    def weights(self):
        """The bandwidth weights that a consensus prints: a dictionary by name, Wbd to Wmm."""
        return _record(_WEIGHTS, "bandwidth_published", self.handle)

    def find(self, name):
        """The indexes of the relays of a fingerprint or nickname: int64 (m,)."""
        indexes = np.empty(self.n, int64)
        return indexes[:_ask("exposure_find", self.handle, name, indexes, self.n, gives=[int64])[0]]


class Ledger(_Held):
    """A router-stability file, of a file name or of bytes: .n relays, their .fingerprint (U40) and .histories (columns of
    HISTORIES), and the times .stored, .tracked (since) and .clock (when the discount last ticked)."""

    def __init__(self, document):
        self._open("wfu_open", document)
        identities, times = np.empty(self.n, "V20"), np.empty((3, 1), int64)
        self.histories = _fill("wfu_read", self.handle, self.n, identities, ..., *times, n=self.n, struct=True, **HISTORIES)
        self.fingerprint, (self.stored, self.tracked, self.clock) = _fingerprints(identities), times.ravel().tolist()


class Rules(_Held):
    """The rules of a version of Tor, such as "0.2.5.6-alpha", of "article-2013", or of "latest"; see releases().
    rules["GuardWFU"] is a field of guard.Rules as a number, rules.change(GuardWFU=0.97) are other rules.

    Thresholds are a dictionary of numbers: stable_mtbf, guard_time_known and stable_uptime (seconds), guard_wfu (0 to 1), fast,
    guard_including_exits and guard_excluding_exits (KB/s; bytes/s if in_bytes), and as 0 or 1 enough_mtbf, ignoring_advertised,
    in_bytes and scarce_exits."""

    def __init__(self, name="latest", handle=None):
        self.handle = handle or _ask("guard_rules", name, gives=[uint64])[0]
        self.name = _text("guard_name", self.handle)

    def __getitem__(self, field):
        return _ask("guard_value", self.handle, field, gives=[float64])[0]

    def change(self, **fields):
        """The same rules with other values: bytes/s, seconds, fractions, bits, or 0 and 1."""
        rules = self
        for field, value in fields.items():
            rules = Rules(handle=_ask("guard_change", rules.handle, field, value, gives=[uint64])[0])
        return rules

    def differences(self, other):
        """What is different in other rules: a list of sentences."""
        return _text("guard_differences", self.handle, other.handle).splitlines()

    def thresholds(self, relays, workers=1):
        """The thresholds over columns of RELAYS, on so many cores (0: all). For columns left out see guard.Columns in Go."""
        return _record(_THRESHOLDS, "guard_thresholds", self.handle, _columns(RELAYS, relays), workers)

    def decide(self, relays, thresholds=None, workers=1, out=None):
        """What comes of columns of RELAYS held against thresholds, by default their own: flags, cannot_tell (flags that
        depend on what is unknown) and against (reasons), each uint32 (n,)."""
        marks = _numbers(_THRESHOLDS, self.thresholds(relays, workers) if thresholds is None else thresholds)
        return _fill("guard_decide", self.handle, _columns(RELAYS, relays), marks, workers, out=out,
                     flags=uint32, cannot_tell=uint32, against=uint32)

    def outcome(self, relays, keep=None):
        """What becomes of a network of which the relays are left where keep, bool (n,), is true: flags, uint32 (n,), and shares
        of guards, float64 (n,), 0 for those that are gone; thresholds; and weights, a dictionary by name."""
        n, columns = _columns(RELAYS, relays)
        made, weights = {"flags": np.empty(n, uint32), "shares": np.empty(n)}, np.empty(len(_WEIGHTS), int64)
        thresholds = _record(_THRESHOLDS, "foresight_outcome", self.handle, n, columns, _sized(keep, bool_, "keep", n)[1],
                             then=[*made.values(), weights])
        return {**made, "thresholds": thresholds, "weights": dict(zip(_WEIGHTS.names, weights.tolist()))}

    def sweep(self, relays, constant, values):
        """What becomes of the guards as a constant ("GuardWFU", or its torrc option) takes each of m values: how many guards,
        gained and lost, and their guards_kb, gained_kb and lost_kb (KB/s), each int64 (m,)."""
        m, values = _sized(values, float64, "values")
        return _fill("foresight_sweep", self.handle, _columns(RELAYS, relays), constant, m, values, n=m, guards=int64, gained=int64,
                     lost=int64, guards_kb=int64, gained_kb=int64, lost_kb=int64)

    def forecast(self, relays, histories, thresholds, now, clock, flag="Guard", outage=0):
        """What will become of relays that stay up, each int64 (n,): gained and for_good (times, or NEVER), survives (the longest
        outage from now that costs no flag, -1 where there is none) and back (the time, after one of outage seconds)."""
        n, past = _columns(HISTORIES, histories)
        marks, columns = _numbers(_THRESHOLDS, thresholds), _columns(RELAYS, relays, n)[1]
        return _fill("foresight_forecast", self.handle, (n, columns), past, marks, now, clock, FLAG[flag], ..., ..., ..., outage,
                     ..., gained=int64, for_good=int64, survives=int64, back=int64)


# Histories are columns of HISTORIES. now is the moment of the question, clock when the discount last ticked.

def measure(histories, now, out=None):
    """wfu (float64, 0 to 1), time_known (int64), mtbf (float64) and uptime (int64), seconds, at now, each (n,)."""
    return _fill("wfu_measure", _columns(HISTORIES, histories), now, out=out, wfu=float64, time_known=int64, mtbf=float64,
                 uptime=int64)

def note(histories, up, now):
    """The histories after an authority found each relay running at now, or not: up is bool (n,)."""
    n, past = _columns(HISTORIES, histories)
    return _fill("wfu_note", (n, past), _sized(up, bool_, "up", n)[1], now, struct=True, **HISTORIES)

def discount(histories, ticks=1):
    """The histories after so many ticks of the discount at once."""
    return _fill("wfu_discount", _columns(HISTORIES, histories), ticks, struct=True, **HISTORIES)

def ticks(last, now):
    """How many ticks are due at now on a clock that last ticked at last, and when the latest of them was."""
    return tuple(_ask("wfu_ticks", last, now, gives=[int64, int64]))

def advance(histories, now, clock, until):
    """The histories at until, if relays stay up, or down, as they are, and when the discount last ticked by then."""
    past, ticked = _columns(HISTORIES, histories), np.empty(1, int64)
    return _fill("wfu_advance", past, now, clock, until, ..., ticked, struct=True, **HISTORIES), ticked.item()

def reach(histories, now, clock, wfu=0.98, time_known=8 * 86400, mtbf=5 * 86400):
    """When relays that stay up first have each: wfu, time_known and mtbf, int64 (n,), or NEVER."""
    return _fill("wfu_reach", _columns(HISTORIES, histories), now, clock, wfu, ..., time_known, ..., mtbf, ...,
                 wfu=int64, time_known=int64, mtbf=int64)

def outage_budget(histories, now, clock, wfu=0.98):
    """How long relays may be down from now and have that WFU at their return: int64 (n,), seconds; -1 where it is less now."""
    return _fill("wfu_budget", _columns(HISTORIES, histories), now, clock, wfu, to=int64)["to"]

def recover(histories, now, clock, outage, wfu=0.98):
    """When relays that are down for outage seconds from now have that WFU again: int64 (n,), or NEVER."""
    return _fill("wfu_recover", _columns(HISTORIES, histories), now, clock, outage, wfu, to=int64)["to"]

def course(up, model="authority", begin=1_700_000_000, phase=0):
    """wfu and time_known (seconds), float64 (h,), at the end of each of h hours in which a relay was up, bool (h,), or not,
    by one of MODELS; the authority's clock ticks at begin + phase and every 12 hours."""
    return _fill("wfu_course", MODELS.index(model), _sized(up, bool_, "up"), begin, phase, wfu=float64, time_known=float64)


# Weights are a dictionary by name; flags and bandwidth uint32 (n,); values to draw by, and shares, float64 (n,).

def solve(g, m, e, d, scale=10000):
    """The bandwidth weights for the sums of guards, middles, exits and both."""
    return _record(_WEIGHTS, "bandwidth_solve", g, m, e, d, g + m + e + d, scale, then=[None])

def weigh(flags, bandwidth, weights, position="guard"):
    """What relays weigh for one of POSITIONS: float64 (n,)."""
    n, flags = _sized(flags, uint32, "flags")
    relays = n, flags, _sized(bandwidth, uint32, "bandwidth", n)[1]
    return _fill("bandwidth_weigh", relays, _numbers(_WEIGHTS, weights), POSITIONS.index(position), to=float64)["to"]

def shares(flags, bandwidth, weights, client="tor-since-0.3.0", is_measured=None):
    """Each relay's share of the guards of one of CLIENTS: float64 (n,). Given are all relays there are, and in is_measured,
    bool (n,), which of them are measured, by default all."""
    n, flags = _sized(flags, uint32, "flags")
    bandwidth, measured = _sized(bandwidth, uint32, "bandwidth", n)[1], _sized(is_measured, bool_, "is_measured", n)[1]
    return _fill("exposure_shares_of", (n, flags), bandwidth, measured, client, _numbers(_WEIGHTS, weights), to=float64)["to"]

def probabilities(values):
    """The probability of each to be drawn: float64 (n,)."""
    return _fill("bandwidth_probabilities", _sized(values, float64, "values"), to=float64)["to"]

def draw(values, draws, seed=0):
    """The indexes of so many drawn at random: int64 (draws,). The same seed draws the same."""
    return _fill("bandwidth_draw", _sized(values, float64, "values"), seed, draws, n=max(draws, 0), to=int64)["to"]

def any_of(shares, chosen, guards=1):
    """How likely it is that one of so many guards of a client is among those chosen, indexes (m,) into shares."""
    return _ask("exposure_any", _sized(shares, float64), _sized(chosen, int64, "chosen"), guards, gives=[float64])[0]

def simulate(shares, chosen, guards=1, trials=100_000, seed=0):
    """The same by drawing the guards of so many clients: the probability and its standard error."""
    sized = _sized(shares, float64, "shares"), _sized(chosen, int64, "chosen")
    return tuple(_ask("exposure_simulate", *sized, guards, trials, seed, gives=[float64, float64]))

def diversity(shares):
    """How evenly shares are spread: entropy (bits), effective (a number of guards) and largest (0 to 1), in a dictionary."""
    return dict(zip(("entropy", "effective", "largest"), _ask("exposure_diversity", _sized(shares, float64), gives=[float64] * 3)))


def releases():
    """The names of all sets of rules, in the order in which they came out: a list."""
    return _text("guard_releases").splitlines()

def words(bits, names):
    """Flags or reasons, uint32 (n,), in words by FLAG or REASON: texts (n,), such as "low WFU, short time known"."""
    kinds, which = np.unique(_sized(bits, uint32)[1], return_inverse=True)
    return np.array([", ".join(name for name, bit in names.items() if bit & kind) for kind in kinds.tolist()], object)[which]


if __name__ == "__main__":
    try:
        print(f"built {LIBRARY}" if sys.argv[1:] == ["build"] and not build() else "usage: python3 -m guardmath build")
    except ImportError as wrong:
        sys.exit(str(wrong))
else:
    _lib = _load()
    os.register_at_fork(after_in_child=lambda: globals().update(_lib=None))  # Go's threads stay behind, and calls would hang
    FLAG = _bits("consensus_flag")    # {"Authority": 1, "BadExit": 2, …}
    REASON = _bits("guard_reason")    # {"slow": 1, "low MTBF": 2, …}
