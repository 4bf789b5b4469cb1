"""Tor's guard-selection math on NumPy columns.

The arithmetic is guardmath's, bit for bit what tor's authorities compute; this module hands it whole columns, a call for
all relays, and hands columns back. Columns are one-dimensional arrays of one length, n, with the dtypes named here; others
are converted if that changes no value. pandas takes the dictionaries that come back as they are: pandas.DataFrame(d).

Times are Unix seconds (UTC), durations seconds, bandwidths KB/s of 1000 bytes, flags bits of a uint32 (see FLAG). What never
happens does so at NEVER. Failures raise Error with the library's own words.

    python3 -m guardmath build      builds the library; importing does so too if it is not there
"""

import ctypes
import os
import shutil
import subprocess
import sys

import numpy as np

ABI = 1
NEVER = np.iinfo(np.int64).max
FOLDER = os.path.dirname(os.path.abspath(__file__))
LIBRARY = os.environ.get("GUARDMATH_LIBRARY") or os.path.join(
    FOLDER, "libguardmath" + {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so"))


class Error(ValueError):
    """What the library says is wrong; .status is one of types.h."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def build():
    """Builds the library into LIBRARY, which takes Go and a C compiler."""
    for program, what in (("go", "Go (https://go.dev/dl)"), (os.environ.get("CC") or "cc", "a C compiler, such as gcc")):
        if not shutil.which(program.split()[0]) and not (program == "cc" and shutil.which("gcc")):
            raise ImportError(f"guardmath has to be built once, which takes {what}, and there is no {program} here")
    made = f"{LIBRARY}.{os.getpid()}"
    done = subprocess.run(["go", "build", "-buildmode=c-shared", "-o", made, "./lib"], cwd=FOLDER, capture_output=True,
                          text=True, env={**os.environ, "CGO_ENABLED": "1"})
    if done.returncode:
        raise ImportError("guardmath could not be built: " + done.stderr.strip())
    os.replace(made, LIBRARY)
    os.replace(os.path.splitext(made)[0] + ".h", os.path.splitext(LIBRARY)[0] + ".h")


# The C functions, with a letter an argument: i int64, u uint64, w int32, b uint32, d double, p pointer.
_SIGNATURES = """library_message:pi library_close:u consensus_open:pipp consensus_read:uip consensus_header:up consensus_flag:bpip
bandwidth_solve:iiiiiipp bandwidth_published:up bandwidth_weigh:ipppwp bandwidth_probabilities:ipp bandwidth_draw:ipuip
exposure_shares:upipip exposure_any:ipipwp exposure_simulate:ipipwiupp exposure_diversity:ipppp exposure_find:upipip
foresight_outcome:uipppppp foresight_sweep:uippiippppppp foresight_forecast:uipppiibpppip guard_thresholds:uipwp
guard_decide:uippwppp guard_published:up guard_from_vote:uip guard_rules:pip guard_value:upip guard_change:upidp guard_name:upip
guard_differences:uupip guard_releases:pip guard_reason:bpip wfu_measure:ipipppp wfu_discount:ipip wfu_ticks:iipp
wfu_reach:ipiidpipdp wfu_budget:ipiidp wfu_recover:ipiiidp wfu_advance:ipiiipp wfu_course:wipiipp wfu_open:pipp wfu_read:uippppp"""
_LETTERS = {"i": ctypes.c_int64, "u": ctypes.c_uint64, "w": ctypes.c_int32, "b": ctypes.c_uint32, "d": ctypes.c_double,
            "p": ctypes.c_void_p}


def _load():
    if not os.path.exists(LIBRARY):
        build()
    lib = ctypes.CDLL(LIBRARY)
    lib.gm_library_abi.restype = ctypes.c_int32
    if lib.gm_library_abi() != ABI:
        raise ImportError(f"{LIBRARY} is of another version of guardmath: python3 -m guardmath build")
    for word in _SIGNATURES.split():
        name, letters = word.split(":")
        function = getattr(lib, "gm_" + name)
        function.restype, function.argtypes = ctypes.c_int32, [_LETTERS[letter] for letter in letters]
    lib.gm_library_message.restype = ctypes.c_int64
    return lib


def _call(name, *args):
    """Calls a function; arrays and structures go by address, and stay alive until it is over."""
    raw = [a.ctypes.data if isinstance(a, np.ndarray) else ctypes.addressof(a) if isinstance(a, (ctypes.Structure, ctypes._SimpleCData))
           else a for a in args]
    status = getattr(_lib, "gm_" + name)(*raw)
    if status:
        message = ctypes.create_string_buffer(1024)
        length = _lib.gm_library_message(ctypes.addressof(message), len(message))
        raise Error(status, message.raw[:length].decode("utf-8", "replace"))


def _text(name, *args):
    """The text that a function gives."""
    length, size = ctypes.c_int64(), 4096
    while True:
        text = np.empty(size, np.uint8)
        _call(name, *args, text, size, length)
        if length.value <= size:
            return text[:length.value].tobytes().decode()
        size = length.value


def _array(values, dtype, n=None, what="column"):
    """The values as a contiguous array of that dtype; copied only if they are not one already."""
    given = np.asarray(values)
    made = np.ascontiguousarray(given, dtype)
    if given.dtype != made.dtype and not np.array_equal(made, given, equal_nan=made.dtype.kind == "f" and given.dtype.kind == "f"):
        raise ValueError(f"{what}: not all values are {np.dtype(dtype).name}")
    if made.ndim != 1 or n is not None and len(made) != n:
        raise ValueError(f"{what}: {made.shape} is not the shape ({'n' if n is None else n},)")
    return made


def _structure(name, fields):
    return type(name, (ctypes.Structure,), {"_fields_": [(field, ctypes.c_void_p) for field in fields]})


# Columns and their dtypes, in the order of types.h.
HISTORIES = {"weighted_run_length": np.uint64, "total_run_weights": np.float64, "weighted_uptime": np.uint64,
             "total_weighted_time": np.uint64, "start_of_run": np.int64, "start_of_downtime": np.int64}
RELAYS = {"facts": np.uint32, "active": np.bool_, "offers_hsdir": np.bool_, "has_dir_port": np.bool_, "buggy": np.bool_,
          "vulnerable": np.bool_, "advertised": np.uint32, "measured": np.uint32, "is_measured": np.bool_,
          "advertised_bytes": np.uint32, "uptime": np.int64, "hsdir_uptime": np.int64, "wfu": np.float64, "time_known": np.int64,
          "mtbf": np.float64, "strip": np.uint32, "pin": np.uint32, "unknown": np.uint8}
ENTRIES = {"identity": "S20", "nickname": "S19", "address": "S4", "flags": np.uint32, "bandwidth": np.uint32, "measured": np.uint32,
           "is_measured": np.bool_, "published": np.int64, "or_port": np.uint16, "dir_port": np.uint16, "wfu": np.float64,
           "time_known": np.int64, "mtbf": np.float64}
_HISTORIES, _RELAYS, _ENTRIES = (_structure(*of) for of in (("Histories", HISTORIES), ("Relays", RELAYS), ("Entries", ENTRIES)))


def _columns(structure, dtypes, given, every=False):
    """The given columns as a structure, with the arrays that it points to, and their length."""
    unknown = set(given) - set(dtypes)
    if unknown or every and len(given) < len(dtypes):
        raise ValueError(f"columns are {', '.join(dtypes)}; not {', '.join(unknown or set(dtypes) - set(given))}")
    arrays, n = {}, None
    for name, values in given.items():
        if values is not None:
            arrays[name] = _array(values, dtypes[name], n, name)
            n = len(arrays[name])
    made = structure(**{name: array.ctypes.data for name, array in arrays.items()})
    made.arrays = arrays
    return made, n or 0


def _room(structure, dtypes, n):
    """Empty columns for n relays, as a structure and as a dictionary."""
    arrays = {name: np.zeros(n, dtype) for name, dtype in dtypes.items()}
    return structure(**{name: array.ctypes.data for name, array in arrays.items()}), arrays


class Thresholds(ctypes.Structure):
    """The marks of an authority: plain numbers, which may be set. fast and guard_…_exits are KB/s (bytes/s if in_bytes)."""
    _fields_ = [("stable_mtbf", ctypes.c_double), ("guard_wfu", ctypes.c_double), ("guard_time_known", ctypes.c_int64),
                ("stable_uptime", ctypes.c_uint32), ("fast", ctypes.c_uint32), ("guard_including_exits", ctypes.c_uint32),
                ("guard_excluding_exits", ctypes.c_uint32), ("enough_mtbf", ctypes.c_int32), ("ignoring_advertised", ctypes.c_int32),
                ("in_bytes", ctypes.c_int32), ("scarce_exits", ctypes.c_int32)]

    def __repr__(self):
        return "Thresholds(" + ", ".join(f"{name}={getattr(self, name)}" for name, _ in self._fields_) + ")"


class _Header(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("valid_after", "published", "g", "m", "e", "d", "t")] + [
        (name, ctypes.c_int32) for name in ("is_vote", "method", "has_thresholds", "has_weights")]


class _Held:
    """What has a handle; it is given up with the object."""
    handle = None

    def __del__(self):
        if self.handle is not None and _lib is not None:
            _lib.gm_library_close(self.handle)


def _open(kind, document):
    if not isinstance(document, (bytes, bytearray, memoryview)):
        with open(document, "rb") as file:
            document = file.read()
    text = np.array(memoryview(document).cast("B"), np.uint8, copy=False) if len(document) else np.zeros(1, np.uint8)[:0]
    handle, n = ctypes.c_uint64(), ctypes.c_int64()
    _call(kind + "_open", text, len(text), handle, n)
    return handle.value, n.value


class Document(_Held):
    """A vote or a consensus, of a file name or of bytes. len(document) is its number of relays, n."""

    def __init__(self, document):
        self.handle, self.n = _open("consensus", document)
        header = _Header()
        _call("consensus_header", self.handle, header)
        self.header = {name: getattr(header, name) for name, _ in _Header._fields_}

    def __len__(self):
        return self.n

    def columns(self):
        """What the document says of its relays, in its order: a dictionary of the columns of ENTRIES, each (n,)."""
        made, arrays = _room(_ENTRIES, ENTRIES, self.n)
        _call("consensus_read", self.handle, self.n, made)
        return arrays

    def relays(self):
        """What a vote shows of its relays, to decide them by: a dictionary of the columns of RELAYS, each (n,)."""
        made, arrays = _room(_RELAYS, RELAYS, self.n)
        _call("guard_from_vote", self.handle, self.n, made)
        return arrays

    def thresholds(self):
        """The Thresholds that a vote prints."""
        made = Thresholds()
        _call("guard_published", self.handle, made)
        return made

    def weights(self):
        """The bandwidth weights that a consensus prints: a dictionary by name, Wbd to Wmm."""
        made = np.zeros(len(WEIGHTS), np.int64)
        _call("bandwidth_published", self.handle, made)
        return dict(zip(WEIGHTS, made.tolist()))

    def shares(self, model, weights=None):
        """Each relay's share of the guards of a kind of client ("tor-0.3", …), float64 (n,), with these weights or its own."""
        made, name = np.zeros(self.n), _bytes(model)
        _call("exposure_shares", self.handle, name, len(name), _weights(weights or self.weights()), self.n, made)
        return made

    def find(self, name):
        """The indexes of the relays called so, by fingerprint or nickname: int64 (m,)."""
        made, found, name = np.zeros(self.n, np.int64), ctypes.c_int64(), _bytes(name)
        _call("exposure_find", self.handle, name, len(name), made, self.n, found)
        return made[:found.value]


class Ledger(_Held):
    """A router-stability file, of a file name or of bytes: .identity (n,) S20, .histories, .stored, .tracked, .clock."""

    def __init__(self, document):
        self.handle, n = _open("wfu", document)
        made, self.histories = _room(_HISTORIES, HISTORIES, n)
        self.identity = np.zeros(n, "S20")
        times = [ctypes.c_int64() for _ in range(3)]
        _call("wfu_read", self.handle, n, self.identity, made, *times)
        self.stored, self.tracked, self.clock = (t.value for t in times)


class Rules(_Held):
    """The rules of a version of Tor, such as "0.2.5.6-alpha", of "article-2013", or "latest"; see releases().

    rules["GuardWFU"] is a field of guard.Rules as a number, rules.change(GuardWFU=0.97) are other rules."""

    def __init__(self, name="latest"):
        made, name = ctypes.c_uint64(), _bytes(name)
        _call("guard_rules", name, len(name), made)
        self.handle = made.value

    def __getitem__(self, field):
        made, field = ctypes.c_double(), _bytes(field)
        _call("guard_value", self.handle, field, len(field), made)
        return made.value

    def change(self, **fields):
        """The same rules with other values: bytes/s, seconds, fractions, bits, or 0 and 1."""
        rules = self
        for name, value in fields.items():
            made, field = ctypes.c_uint64(), _bytes(name)
            _call("guard_change", rules.handle, field, len(field), value, made)
            rules = Rules.__new__(Rules)
            rules.handle = made.value
        return rules

    @property
    def name(self):
        """Which rules these are."""
        return _text("guard_name", self.handle)

    def differences(self, other):
        """What is different in other rules, in words: a list of strings."""
        return _text("guard_differences", self.handle, other.handle).splitlines()

    def thresholds(self, relays, workers=1):
        """The Thresholds over columns of RELAYS, on so many cores (0: all). A column left out is what guard.Columns says."""
        columns, n = _columns(_RELAYS, RELAYS, relays)
        made = Thresholds()
        _call("guard_thresholds", self.handle, n, columns, workers, made)
        return made

    def decide(self, relays, thresholds=None, workers=1):
        """What comes of columns of RELAYS held against thresholds, by default their own: a dictionary of flags,
        cannot_tell (flags as bits) and against (reasons as bits), each uint32 (n,)."""
        columns, n = _columns(_RELAYS, RELAYS, relays)
        if thresholds is None:
            thresholds = Thresholds()
            _call("guard_thresholds", self.handle, n, columns, workers, thresholds)
        made = {name: np.empty(n, np.uint32) for name in ("flags", "cannot_tell", "against")}
        _call("guard_decide", self.handle, n, columns, thresholds, workers, *made.values())
        return made

    def outcome(self, relays, keep=None):
        """What becomes of a network of which only the relays where keep (n,) is true are left: a dictionary of thresholds,
        flags (uint32) and guards' shares (float64), 0 of relays that are gone, and weights, a dictionary by name."""
        columns, n = _columns(_RELAYS, RELAYS, relays)
        keep = None if keep is None else _array(keep, np.bool_, n, "keep")
        made = {"thresholds": Thresholds(), "flags": np.empty(n, np.uint32), "shares": np.empty(n)}
        weights = np.empty(len(WEIGHTS), np.int64)
        _call("foresight_outcome", self.handle, n, columns, keep, *made.values(), weights)
        return {**made, "weights": dict(zip(WEIGHTS, weights.tolist()))}

    def sweep(self, relays, constant, values):
        """What becomes of the guards as a constant ("GuardWFU", or its torrc option) takes each of m values: a dictionary of
        guards, gained, lost (numbers) and guards_kb, gained_kb, lost_kb (KB/s), each int64 (m,)."""
        columns, n = _columns(_RELAYS, RELAYS, relays)
        values, name = _array(values, np.float64, what="values"), _bytes(constant)
        made = {key: np.empty(len(values), np.int64) for key in ("guards", "gained", "lost", "guards_kb", "gained_kb", "lost_kb")}
        _call("foresight_sweep", self.handle, n, columns, name, len(name), len(values), values, *made.values())
        return made

    def forecast(self, relays, histories, thresholds, now, clock, flag="Guard", outage=0):
        """What will become of relays that stay up: a dictionary of gained and for_good (when, or NEVER), survives (the longest
        outage from now that does not cost the flag, in seconds, -1: has it not) and back (when after one of outage seconds)."""
        columns, n = _columns(_RELAYS, RELAYS, relays)
        past, m = _columns(_HISTORIES, HISTORIES, histories, True)
        if n != m:
            raise ValueError(f"{n} relays and {m} histories")
        made = {key: np.empty(n, np.int64) for key in ("gained", "for_good", "survives", "back")}
        *first, back = made.values()
        _call("foresight_forecast", self.handle, n, columns, past, thresholds, now, clock, FLAG[flag], *first, outage, back)
        return made


def releases():
    """The names of all sets of rules, in the order in which they came out."""
    return _text("guard_releases").splitlines()


def measure(histories, now):
    """WFU (float64, 0 to 1), time known (int64), MTBF (float64) and uptime (int64, seconds) at now, each (n,)."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    made = {"wfu": np.empty(n), "time_known": np.empty(n, np.int64), "mtbf": np.empty(n), "uptime": np.empty(n, np.int64)}
    _call("wfu_measure", n, columns, now, *made.values())
    return made


def discount(histories, ticks=1):
    """The histories after so many ticks at once."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    to, made = _room(_HISTORIES, HISTORIES, n)
    _call("wfu_discount", n, columns, ticks, to)
    return made


def ticks(last, now):
    """How many ticks are due at now on a clock that last ticked at last, and when the latest was."""
    made = ctypes.c_int64(), ctypes.c_int64()
    _call("wfu_ticks", last, now, *made)
    return made[0].value, made[1].value


def advance(histories, now, clock, until):
    """The histories at until, if nothing happens, and when the discount last ticked."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    to, made = _room(_HISTORIES, HISTORIES, n)
    ticked = ctypes.c_int64()
    _call("wfu_advance", n, columns, now, clock, until, to, ticked)
    return made, ticked.value


def reach(histories, now, clock, wfu=0.98, time_known=8 * 86400, mtbf=5 * 86400):
    """When relays that stay up first have each: a dictionary of wfu, time_known and mtbf, int64 (n,), or NEVER."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    made = {key: np.empty(n, np.int64) for key in ("wfu", "time_known", "mtbf")}
    _call("wfu_reach", n, columns, now, clock, wfu, made["wfu"], time_known, made["time_known"], mtbf, made["mtbf"])
    return made


def outage_budget(histories, now, clock, wfu=0.98):
    """How long relays may be down from now and have that WFU at their return: int64 (n,), seconds; -1 where it is less now."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    made = np.empty(n, np.int64)
    _call("wfu_budget", n, columns, now, clock, wfu, made)
    return made


def recover(histories, now, clock, outage, wfu=0.98):
    """When relays that were down for outage seconds from now have that WFU again: int64 (n,), or NEVER."""
    columns, n = _columns(_HISTORIES, HISTORIES, histories, True)
    made = np.empty(n, np.int64)
    _call("wfu_recover", n, columns, now, clock, outage, wfu, made)
    return made


MODELS = {"authority": 0, "sampled": 1, "continuous": 2}


def course(up, model="authority", begin=1_700_000_000, phase=0):
    """WFU and time known (seconds), float64 (h,), at the end of each of h hours in which a relay was up (bool) or not, by one of
    three models; the authority's clock ticks at begin + phase and every 12 hours."""
    up = _array(up, np.bool_, what="up")
    made = {"wfu": np.empty(len(up)), "time_known": np.empty(len(up))}
    _call("wfu_course", MODELS[model], len(up), up, begin, phase, *made.values())
    return made


WEIGHTS = "Wbd Wbe Wbg Wbm Wdb Web Wed Wee Weg Wem Wgb Wgd Wgg Wgm Wmb Wmd Wme Wmg Wmm".split()
POSITIONS = {"guard": 0, "middle": 1, "exit": 2}


def _weights(weights):
    return np.array([weights[name] for name in WEIGHTS], np.int64)


def solve(g, m, e, d, t=None, scale=10000):
    """The bandwidth weights for the totals of guards, middles, exits and both: a dictionary by name."""
    made = np.zeros(len(WEIGHTS), np.int64)
    _call("bandwidth_solve", g, m, e, d, g + m + e + d if t is None else t, scale, made, None)
    return dict(zip(WEIGHTS, made.tolist()))


def weigh(flags, bandwidth, weights, position="guard"):
    """What relays, by their flags (uint32) and bandwidth (uint32, KB/s), weigh for a position: float64 (n,)."""
    flags = _array(flags, np.uint32, what="flags")
    bandwidth, made = _array(bandwidth, np.uint32, len(flags), "bandwidth"), np.empty(len(flags))
    _call("bandwidth_weigh", len(flags), flags, bandwidth, _weights(weights), POSITIONS[position], made)
    return made


def probabilities(weights):
    """The probability of each to be drawn: float64 (n,), of weights (n,)."""
    weights = _array(weights, np.float64, what="weights")
    made = np.empty(len(weights))
    _call("bandwidth_probabilities", len(weights), weights, made)
    return made


def draw(weights, draws, seed=0):
    """The indexes of so many drawn at random by weights (n,): int64 (draws,). The same seed draws the same."""
    weights, made = _array(weights, np.float64, what="weights"), np.empty(draws, np.int64)
    _call("bandwidth_draw", len(weights), weights, seed, draws, made)
    return made


def any_of(shares, chosen, guards=1):
    """How likely it is that one of a client's guards is among those chosen, indexes into shares (n,)."""
    shares, chosen, made = _array(shares, np.float64), _array(chosen, np.int64, what="chosen"), ctypes.c_double()
    _call("exposure_any", len(shares), shares, len(chosen), chosen, guards, made)
    return made.value


def simulate(shares, chosen, guards=1, trials=100_000, seed=0):
    """The same by drawing the guards of so many clients: the probability and its standard error."""
    shares, chosen = _array(shares, np.float64), _array(chosen, np.int64, what="chosen")
    made = ctypes.c_double(), ctypes.c_double()
    _call("exposure_simulate", len(shares), shares, len(chosen), chosen, guards, trials, seed, *made)
    return made[0].value, made[1].value


def diversity(shares):
    """How evenly shares (n,) are spread: a dictionary of entropy (bits), effective (a number of guards) and largest (0 to 1)."""
    shares, made = _array(shares, np.float64), [ctypes.c_double() for _ in range(3)]
    _call("exposure_diversity", len(shares), shares, *made)
    return dict(zip(("entropy", "effective", "largest"), (v.value for v in made)))


def _bytes(text):
    return np.frombuffer(text.encode() or b"\0", np.uint8)[:len(text.encode())]


def _names(function):
    names = {}
    for bit in (1 << i for i in range(32)):
        try:
            names[_text(function, bit)] = bit
        except Error:
            break
    return names


if __name__ == "__main__":
    if sys.argv[1:] != ["build"]:
        sys.exit("usage: python3 -m guardmath build")
    try:
        build()
    except ImportError as wrong:
        sys.exit(str(wrong))
    print("built", LIBRARY)
else:
    _lib = _load()
    FLAG = _names("consensus_flag")    # {"Authority": 1, "BadExit": 2, …}
    REASON = _names("guard_reason")    # {"slow": 1, "low MTBF": 2, …}
