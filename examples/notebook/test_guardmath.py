"""Holds every function of guardmath.py to what Go says to the same question: reference/ writes the questions and answers.

    python3 -m unittest -v test_guardmath
"""

import concurrent.futures
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

import numpy as np
import pandas

import guardmath as gm

DAY = 86400
REFERENCE = {}  # arrays, lists of lines and documents by name
FOLDER = tempfile.TemporaryDirectory()
CASES = {"latest": gm.Rules(), "article": gm.Rules("article-2013"), "first": gm.Rules(gm.releases()[0]),
         "strict": gm.Rules().change(GuardWFU=0.995, GuardTimeKnown=20 * DAY)}


def read(folder):
    """All that reference/ wrote into a folder."""
    all = {}
    for file in os.listdir(folder):
        name, kind = file.rsplit(".", 1)
        with open(os.path.join(folder, file), "rb") as content:
            content = content.read()
        if kind == "doc":
            all[file] = content
        else:
            all[name] = content.decode().split("\n") if kind == "txt" else np.frombuffer(content, kind)
    return all


def setUpModule():
    subprocess.run(["go", "build", "-o", os.path.join(FOLDER.name, "reference"), "./reference"], cwd=gm.FOLDER, check=True)
    answers = os.path.join(FOLDER.name, "answers")
    os.mkdir(answers)
    subprocess.run([os.path.join(FOLDER.name, "reference"), answers], check=True)
    REFERENCE.update(read(answers))


def tearDownModule():
    FOLDER.cleanup()


def columns(prefix):
    """The columns with names of the form prefix.name, by name."""
    return {name[len(prefix) + 1:]: values for name, values in REFERENCE.items()
            if name.startswith(prefix + ".") and "." not in name[len(prefix) + 1:]}


class Case(unittest.TestCase):
    def same(self, got, want, what=""):
        """The values and the dtype are the same, bit for bit."""
        if isinstance(want, list):
            self.assertEqual(list(got), want, what)
            return
        self.assertEqual((got.dtype, got.shape), (want.dtype, want.shape), what)
        self.assertEqual(got.tobytes(), want.tobytes(), what)

    def all_same(self, got, want):
        """The same of dictionaries, which pandas takes as they are."""
        self.assertEqual(set(got), set(want))
        for name in want:
            self.same(got[name], want[name], name)
        frame = pandas.DataFrame(got)
        self.assertEqual(frame.shape, (len(next(iter(got.values()))), len(got)))


class Histories(Case):
    def setUp(self):
        self.past = columns("past")
        self.now, self.clock = REFERENCE["now"].tolist()

    def test_measure(self):
        self.all_same(gm.measure(self.past, self.now), columns("measure"))

    def test_measure_into_arrays(self):
        out = {"mtbf": np.empty(len(self.past["start_of_run"]))}
        self.assertIs(gm.measure(self.past, self.now, out=out), out)
        self.same(out["mtbf"], REFERENCE["measure.mtbf"])

    def test_note(self):
        self.all_same(gm.note(self.past, REFERENCE["note.up"], self.now),
                      {name: values for name, values in columns("note").items() if name != "up"})

    def test_discount(self):
        self.all_same(gm.discount(self.past, 3), columns("discount"))

    def test_ticks_and_advance(self):
        later, ticked = gm.advance(self.past, self.now, self.clock, self.now + 10 * DAY)
        self.all_same(later, columns("advance"))
        self.assertEqual([*gm.ticks(self.clock, self.now + 10 * DAY), ticked], REFERENCE["ticks"].tolist())

    def test_reach(self):
        got = gm.reach(self.past, self.now, self.clock, wfu=0.97, time_known=9 * DAY, mtbf=6 * DAY)
        self.all_same(got, columns("reach"))
        self.same(gm.outage_budget(self.past, self.now, self.clock), REFERENCE["outage_budget"])
        self.same(gm.recover(self.past, self.now, self.clock, 2 * DAY), REFERENCE["recover"])

    def test_courses(self):
        for model in gm.MODELS:
            got = gm.course(REFERENCE["note.up"], model, begin=self.now, phase=5 * 3600)
            self.all_same(got, columns("course." + model))

    def test_ledger(self):
        ledger = gm.Ledger(REFERENCE["ledger.doc"])
        self.same(ledger.fingerprint, REFERENCE["ledger.fingerprint"])
        self.assertEqual([ledger.stored, ledger.tracked, ledger.clock], REFERENCE["ledger.times"].tolist())
        self.all_same(ledger.histories, {k: v for k, v in columns("ledger").items() if k not in ("doc", "fingerprint", "times")})
        with tempfile.NamedTemporaryFile() as file:
            file.write(REFERENCE["ledger.doc"])
            file.flush()
            self.assertEqual(gm.Ledger(file.name).n, ledger.n)

    def test_a_frame_of_pandas(self):
        frame = pandas.DataFrame(self.past)
        self.all_same(gm.measure(frame, self.now), columns("measure"))


class Rules(Case):
    def test_names(self):
        self.assertEqual(gm.releases(), REFERENCE["releases"])
        self.assertEqual(gm.Rules("article-2013").differences(gm.Rules()), REFERENCE["differences"])
        rules = gm.Rules()
        self.assertEqual([rules[name] for name in ("GuardWFU", "GuardTimeKnown", "GuardBandwidth", "GuardNeeds")],
                         REFERENCE["values"].tolist())
        for name in gm.releases():
            self.assertEqual(gm.Rules(name).name, name)

    def test_thresholds(self):
        for name, rules in CASES.items():
            for workers in (1, 2, 0):
                got = rules.thresholds(columns("relays"), workers=workers)
                self.assertEqual(list(got.values()), REFERENCE[f"thresholds.{name}"].tolist(), name)

    def test_decisions(self):
        for name, rules in CASES.items():
            for workers in (1, 2, 0):
                got = rules.decide(columns("relays"), workers=workers)
                self.all_same(got, columns(f"decide.{name}"))
            self.same(gm.words(got["against"], gm.REASON), REFERENCE[f"words.{name}.against"])

    def test_flags_in_words(self):
        got = gm.words(REFERENCE["decide.latest.flags"], gm.FLAG)
        self.assertEqual([text.replace(", ", " ") for text in got], REFERENCE["words.latest.flags"])

    def test_decisions_into_arrays(self):
        relays = columns("relays")
        thresholds, flags = CASES["latest"].thresholds(relays), np.empty(len(relays["facts"]), np.uint32)
        CASES["latest"].decide(relays, thresholds, out={"flags": flags})
        self.same(flags, REFERENCE["decide.latest.flags"])

    def test_other_thresholds(self):
        relays, rules = columns("relays"), CASES["latest"]
        thresholds = rules.thresholds(relays)
        thresholds["guard_wfu"] = 2.0
        self.assertFalse(np.any(rules.decide({**relays, "pin": None}, thresholds)["flags"] & gm.FLAG["Guard"]))

    def test_outcome(self):
        relays = columns("relays")
        for name, keep in ("all", None), ("part", REFERENCE["outcome.keep"]):
            got, want = CASES["latest"].outcome(relays, keep), columns("outcome." + name)
            for column in "flags", "shares":
                self.same(got[column], want[column])
            for record in "thresholds", "weights":
                self.assertEqual(list(got[record].values()), want[record].tolist())

    def test_sweep(self):
        want = columns("sweep")
        values = want.pop("values")
        for constant in "GuardWFU", "AuthDirVoteGuardGuaranteeWFU":
            self.all_same(CASES["latest"].sweep(columns("relays"), constant, values), want)

    def test_forecast(self):
        want, (now, clock) = columns("forecast"), REFERENCE["now"].tolist()
        few, rules = len(want["back"]), CASES["latest"]
        relays, past = ({name: values[:few] for name, values in columns(of).items()} for of in ("relays", "past"))
        self.all_same(rules.forecast(relays, past, rules.thresholds(columns("relays")), now, clock, outage=DAY), want)


class Documents(Case):
    def test_columns(self):
        for name in "vote", "consensus":
            want = {column: values for column, values in columns(name).items() if column not in ("doc", "header", "thresholds")}
            doc = gm.Document(REFERENCE[name + ".doc"])
            self.assertEqual(doc.n, len(want["flags"]))
            self.all_same(doc.columns(), want)
            self.assertEqual([doc.header[key] for key in ("valid_after", "published", "g", "m", "e", "d", "t", "method")],
                             REFERENCE[name + ".header"].tolist())
            self.assertEqual(doc.header["is_vote"], int(name == "vote"))
            with tempfile.NamedTemporaryFile() as file:
                file.write(REFERENCE[name + ".doc"])
                file.flush()
                self.assertEqual(gm.Document(file.name).header, doc.header)

    def test_vote(self):
        vote = gm.Document(REFERENCE["vote.doc"])
        self.all_same(vote.relays(), columns("vote.relays"))
        self.assertEqual(list(vote.thresholds().values()), REFERENCE["vote.thresholds"].tolist())

    def test_weights(self):
        doc = gm.Document(REFERENCE["consensus.doc"])
        weights, c = doc.weights(), doc.columns()
        self.assertEqual(list(weights.values()), REFERENCE["weights.published"].tolist())
        self.assertEqual(list(gm.solve(28045630, 4774561, 1733570, 8003370).values()), REFERENCE["weights.solved"].tolist())
        for position in gm.POSITIONS:
            self.same(gm.weigh(c["flags"], c["bandwidth"], weights, position), REFERENCE["weigh." + position])
        self.same(gm.probabilities(REFERENCE["weigh.guard"]), REFERENCE["probabilities"])
        self.same(gm.draw(REFERENCE["weigh.guard"], 500, seed=5), REFERENCE["draw"])

    def test_exposure(self):
        doc = gm.Document(REFERENCE["consensus.doc"])
        c = doc.columns()
        for client in gm.CLIENTS:
            got = gm.shares(c["flags"], c["bandwidth"], doc.weights(), client, c["is_measured"])
            self.same(got, REFERENCE["shares." + client])
        shares, chosen = REFERENCE["shares.tor-since-0.3.0"], [3, 14, 159, 265]
        got = [gm.any_of(shares, chosen), gm.any_of(shares, chosen, 3), *gm.simulate(shares, chosen, 3, 20000, seed=9),
               *gm.diversity(shares).values()]
        self.assertEqual(got, REFERENCE["exposure"].tolist())
        self.same(doc.find(c["nickname"][7]), REFERENCE["find"])
        self.assertEqual(doc.find(c["fingerprint"][7]).tolist(), [7])


class WrongInput(Case):
    def test_the_library_says_what_is_wrong(self):
        past, rules = columns("past"), gm.Rules()
        vote, consensus = gm.Document(REFERENCE["vote.doc"]), gm.Document(REFERENCE["consensus.doc"])
        for what, call, status, words in (
            ("no document", lambda: gm.Document(b""), 4, "network-status-version"),
            ("a broken document", lambda: gm.Document(REFERENCE["vote.doc"].replace(b"\nvalid-after 20", b"\nvalid-after 2x", 1)), 4,
             "valid-after"),
            ("no ledger", lambda: gm.Ledger(b"format 3\n"), 4, "format 1 or 2"),
            ("nobody's rules", lambda: gm.Rules("0.9.x"), 5, '"0.9.x"'),
            ("no field", lambda: rules["Guards"], 5, '"Guards"'),
            ("no field to change", lambda: rules.change(Guards=1), 5, '"Guards"'),
            ("rules of no use", lambda: rules.change(GuardWFU=2), 6, "is not in 0 to 1"),
            ("half a second", lambda: rules.change(GuardTimeKnown=0.5), 6, "GuardTimeKnown cannot be 0.5"),
            ("a consensus for a vote", lambda: consensus.relays(), 6, "a consensus is no vote"),
            ("thresholds of a consensus", lambda: consensus.thresholds(), 6, "no flag-thresholds"),
            ("weights of a vote", lambda: vote.weights(), 6, "no bandwidth-weights"),
            ("no constant", lambda: rules.sweep(columns("relays"), "Guards", [1]), 5, "Guards"),
            ("a flag that nobody decides", lambda: rules.forecast({}, {k: v[:0] for k, v in past.items()}, vote.thresholds(), 1, 1, "Valid"),
             6, "none of the flags that are decided"),
            ("no such client", lambda: gm.shares([1], [1], consensus.weights(), "lynx"), 5, '"lynx"'),
            ("no such relay", lambda: gm.any_of([0.5, 0.5], [2]), 6, "relay 2, of 2"),
            ("fewer guards than none", lambda: gm.any_of([0.5, 0.5], [1], guards=-1), 6, "-1 guards"),
            ("nothing to draw from", lambda: gm.draw([], 1), 6, "nothing to draw"),
            ("fewer draws than none", lambda: gm.draw([1], -1), 2, "-1"),
            ("workers that are none", lambda: rules.thresholds(columns("relays"), workers=-1), 6, "-1 workers"),
            ("a phase of a day", lambda: gm.course([True], phase=DAY), 6, "a phase of 86400 s"),
            ("nobody carries anything", lambda: gm.solve(0, 0, 0, 0), 6, "a kind of relay has no bandwidth"),
        ):
            with self.subTest(what), self.assertRaises(gm.Error) as caught:
                call()
            self.assertIn(words, str(caught.exception), what)
            self.assertEqual(caught.exception.status, status, what)

    def test_columns_that_are_none(self):
        past, rules = columns("past"), gm.Rules()
        for what, call, kind, words in (
            ("no such column", lambda: rules.thresholds({"bandwidth": [1]}), ValueError, "given are bandwidth"),
            ("a column is missing", lambda: gm.measure({"start_of_run": [1]}, 1), ValueError, "weighted_run_length"),
            ("lengths differ", lambda: gm.measure({**past, "start_of_run": [1]}, 1), ValueError, "shape"),
            ("relays and histories differ", lambda: rules.forecast({"wfu": [1.0]}, past, {}, 1, 1), (ValueError, KeyError), ""),
            ("a table", lambda: gm.probabilities([[1.0]]), ValueError, "(1, 1)"),
            ("less than nothing", lambda: rules.thresholds({"measured": [-1]}), ValueError, "measured: not all values are uint32"),
            ("too much", lambda: rules.thresholds({"measured": [1 << 32]}), ValueError, "measured"),
            ("no number", lambda: rules.thresholds({"uptime": [np.nan]}), ValueError, "uptime"),
            ("half a bit", lambda: rules.thresholds({"facts": [0.5]}), ValueError, "facts"),
            ("a time too late", lambda: gm.measure(past, 1 << 63), OverflowError, "out of range"),
            ("a model that is none", lambda: gm.course([True], "prose"), ValueError, ""),
            ("out of another dtype", lambda: gm.measure(past, 1, out={"wfu": np.empty(3000, np.float32)}), ValueError, "out: wfu"),
            ("out of another length", lambda: gm.measure(past, 1, out={"wfu": np.empty(2)}), ValueError, "out: wfu"),
            ("out in pieces", lambda: gm.measure(past, 1, out={"wfu": np.empty(6000)[::2]}), ValueError, "out: wfu"),
            ("out of no name", lambda: gm.measure(past, 1, out={"fraction": np.empty(3000)}), ValueError, "fraction"),
        ):
            with self.subTest(what), self.assertRaises(kind) as caught:
                call()
            self.assertIn(words, str(caught.exception), what)

    def test_conversions_that_change_nothing(self):
        relays = columns("relays")
        other = {**relays, "uptime": relays["uptime"].astype(float), "active": relays["active"].astype(int),
                 "wfu": list(relays["wfu"]), "measured": np.repeat(relays["measured"], 2)[::2]}
        self.all_same(gm.Rules().decide(other), columns("decide.latest"))

    def test_no_relays(self):
        rules, nobody = gm.Rules(), {name: [] for name in gm.RELAYS}
        self.assertEqual(len(rules.decide(nobody)["flags"]), 0)
        self.assertEqual(len(rules.outcome(nobody)["shares"]), 0)
        self.assertEqual(len(gm.measure({name: [] for name in gm.HISTORIES}, 1)["wfu"]), 0)
        self.assertEqual(len(gm.words([], gm.FLAG)), 0)


class Threads(Case):
    def test_all_at_once(self):
        relays, past, (now, _) = columns("relays"), columns("past"), REFERENCE["now"].tolist()

        def work(i):
            name = f"nobody-{i}"
            try:
                gm.Rules(name)
            except gm.Error as wrong:  # of this thread's own call
                self.assertIn(name, str(wrong))
            self.same(gm.measure(past, now)["wfu"], REFERENCE["measure.wfu"])
            self.same(gm.Rules("article-2013").decide(relays)["against"], REFERENCE["decide.article.against"])
            return gm.Document(REFERENCE["consensus.doc"]).n

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(set(pool.map(work, range(64))), {1000})

    def test_a_fork_is_told_what_to_do(self):
        child = os.fork()
        if child == 0:
            try:
                gm.releases()
            except RuntimeError as wrong:
                os._exit(0 if "spawn" in str(wrong) else 1)
            os._exit(2)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)

    def test_spawned_processes(self):
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            self.assertEqual(list(pool.map(gm.ticks, [DAY] * 3, [2 * DAY] * 3)), [(2, 2 * DAY)] * 3)


class Building(Case):
    def run_python(self, *args, **env):
        return subprocess.run([sys.executable, *args], cwd=gm.FOLDER, env={**os.environ, **env}, capture_output=True, text=True)

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.library = os.path.join(self.folder, "libguardmath.so")

    def test_nothing_to_build_with(self):
        for path, words in ((self.folder, "Go (https://go.dev/dl): there is no program go here"),
                            (os.path.dirname(shutil.which("go")), "a C compiler, such as gcc: there is no program")):
            if words.startswith("a C"):
                os.symlink(shutil.which("go"), os.path.join(self.folder, "go"))
                path = self.folder
            for args in ("-c", "import guardmath"), ("-m", "guardmath", "build"):
                done = self.run_python(*args, PATH=path, GUARDMATH_LIBRARY=self.library)
                self.assertEqual(done.returncode, 1)
                self.assertIn("guardmath has to be built once, which takes " + words, done.stderr.splitlines()[-1])

    def test_first_imports_at_once(self):
        code = "import guardmath; print(len(guardmath.releases()))"
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            all = list(pool.map(lambda _: self.run_python("-c", code, GUARDMATH_LIBRARY=self.library), range(3)))
        for done in all:
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, f"{len(gm.releases())}\n", ""))
        self.assertEqual(sorted(os.listdir(self.folder)), ["libguardmath.h", "libguardmath.so"])

    def test_another_library(self):
        source = os.path.join(self.folder, "other.c")
        for text, words in ("int gm_library_abi(void) { return 99; }", "its version is 99, not 1"), ("int x;", "gm_library_abi"):
            with open(source, "w") as file:
                file.write(text)
            subprocess.run(["cc", "-shared", "-fPIC", "-o", self.library, source], check=True)
            said = self.run_python("-c", "import guardmath", GUARDMATH_LIBRARY=self.library).stderr.splitlines()[-1]
            self.assertIn(words, said)
            self.assertIn("python3 -m guardmath build", said)
        with open(self.library, "w") as file:
            file.write("no library at all")
        self.assertIn("is not what this guardmath.py needs", self.run_python("-c", "import guardmath", GUARDMATH_LIBRARY=self.library).stderr)

    def test_usage(self):
        self.assertEqual(self.run_python("-m", "guardmath").stdout, "usage: python3 -m guardmath build\n")


class Module(Case):
    def test_it_is_short_and_all_of_it_is_explained(self):
        with open(gm.__file__, encoding="utf-8") as file:
            self.assertLess(len(file.read().splitlines()), 400)
        for of in gm, gm.Document, gm.Ledger, gm.Rules:
            for name, thing in vars(of).items():
                if not name.startswith("_") and callable(thing) and getattr(thing, "__module__", "") == "guardmath":
                    self.assertTrue(thing.__doc__, name)

    def test_types_are_those_of_c(self):
        with open(os.path.join(gm.FOLDER, "lib", "types.h"), encoding="utf-8") as file:
            types = file.read()
        self.assertEqual(re.findall(r"#define GM_ABI (\d+)", types), [str(gm.ABI)])
        widths = {"V20": "uint8", "S19": "uint8", ">u4": "uint8", "bool": "uint8", "float64": "double"}
        structs = {name: [(field, kind.removesuffix("_t")) for kind, fields in re.findall(r"^  (\w+) (.*?);", body, re.MULTILINE)
                          for field in fields.replace("*", "").split(", ")]
                   for body, name in re.findall(r"typedef struct \{\n(.*?)\} (\w+);", types, re.DOTALL)}
        for name, mine in (("gm_wfu_histories", gm.HISTORIES), ("gm_guard_columns", gm.RELAYS), ("gm_consensus_columns", gm.ENTRIES),
                           ("gm_guard_thresholds_t", gm._THRESHOLDS.fields), ("gm_consensus_header_t", gm._HEADER.fields)):
            kinds = {field: np.dtype(kind[0] if isinstance(kind, tuple) else kind) for field, kind in mine.items()}
            want = [(field, widths.get(kind.str if kind.str == ">u4" else str(mine[field]) if kind.kind in "VS" else kind.name, kind.name))
                    for field, kind in kinds.items()]
            self.assertEqual(want, structs[name], name)

    def test_every_function_of_the_library_is_called(self):
        with open(os.path.splitext(gm.LIBRARY)[0] + ".h", encoding="utf-8") as header, open(gm.__file__, encoding="utf-8") as module:
            module = module.read()
            for package, name in re.findall(r"^extern \w+ gm_([a-z]+)_(\w+)\(", header.read(), re.MULTILINE):
                if (package, name) != ("exposure", "shares"):  # of a document; shares_of says the same of its columns
                    self.assertRegex(module, rf'"{package}_{name}"|gm_{package}_{name}\b')


class Speed(Case):
    MOST = 1.2

    def test_a_million_relays(self):
        """A million relays through thresholds and decisions, each in one call, cost no more than a fifth over Go. Time is the
        processors', so that what else a machine does counts for neither."""
        folder = os.path.join(FOLDER.name, "million")
        os.mkdir(folder)
        go = subprocess.Popen([os.path.join(FOLDER.name, "reference"), "-clock", "1000000", folder], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, bufsize=1)

        def round_in_go():
            print(file=go.stdin)
            return tuple(int(ns) / 1e9 for ns in go.stdout.readline().split())

        def round_here(out):
            start = time.process_time()
            thresholds = rules.thresholds(relays)
            between = time.process_time()
            rules.decide(relays, thresholds, out=out)
            return between - start, time.process_time() - between

        round_in_go()  # it has written the columns, then
        relays, rules = {name.split(".")[1]: values.copy() for name, values in read(folder).items()}, gm.Rules()
        arrays = {name: np.empty(1_000_000, np.uint32) for name in ("flags", "cannot_tell", "against")}
        for _ in range(3):  # other programs still take the caches from one of the two
            times = np.array([[round_in_go(), round_here(arrays), round_here(None)] for _ in range(9)]).min(axis=0)
            in_go, here, anew = times.sum(axis=1)
            if here <= self.MOST * in_go and anew <= self.MOST * in_go:
                break
        go.stdin.close()
        go.wait()
        go.stdout.close()
        for name, (thresholds, decide) in zip(("Go", "Python, into arrays given", "Python, into new arrays"), times):
            print(f"\n  {name:26} thresholds {thresholds * 1e3:7.1f} ms, decisions {decide * 1e3:7.1f} ms, together "
                  f"{(thresholds + decide) / in_go:.3f} of Go", end="")
        print()
        self.assertLessEqual(here, self.MOST * in_go)
        self.assertLessEqual(anew, self.MOST * in_go)


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
