/* Calls the library with nonsense: pointers that are null, lengths that are wrong, handles that are none, numbers of any kind,
 * and documents with errors in them. Nothing may crash, take for ever, write beyond an array, or fail without a message.
 *
 *     ./fuzz ROUNDS SEED
 */
#define _DEFAULT_SOURCE
#include "libguardmath.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "document.h"

static uint64_t state;

static uint64_t any(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1Dull;
}

static int64_t below(int64_t n) { return (int64_t)(any() % (uint64_t)n); }
static int one_in(int64_t n) { return below(n) == 0; }

/* Arrays have room for so many relays, of 20 bytes at most each, and a canary behind them. */
enum { ROOM = 48, BYTES = ROOM * 20, CANARY = 64, ARRAYS = 40 };
static uint8_t arrays[ARRAYS][BYTES + CANARY];

static void *array(void) {
  static int next;
  if (one_in(60)) {
    return 0;
  }
  next = (next + 1) % ARRAYS;
  switch (below(3)) {
  case 0:
    memset(arrays[next], 0, BYTES);
    break;
  case 1:
    for (int i = 0; i < BYTES; i++) {
      arrays[next][i] = (uint8_t)any();
    }
  }
  return arrays[next];
}

/* Columns of 0 or 1, which is all that they may hold. */
static uint8_t *bits(void) {
  uint8_t *column = array();
  for (int i = 0; column && i < ROOM; i++) {
    column[i] &= 1;
  }
  return column;
}

static int64_t length(void) {
  switch (below(12)) {
  case 0:
    return -1;
  case 1:
    return INT64_MIN;
  }
  return below(ROOM + 1);
}

static int64_t moment(void) { return one_in(4) ? (int64_t)any() : 1768435200 + below(100000000) - 50000000; }

static double real(void) {
  static const double odd[] = {0, -0.0, 1, -1, 0.98, 1e300, -1e300, NAN, INFINITY, -INFINITY, 691200};
  return one_in(2) ? odd[below(sizeof odd / sizeof *odd)] : (double)below(1000000) / 1000;
}

static uint64_t handles[64];

static uint64_t handle(void) { return one_in(8) ? any() : handles[below(64)]; }

/* Keeps a handle in place of another, which is closed. */
static void keep(uint64_t h) {
  uint64_t *place = &handles[below(64)];
  if (*place) {
    gm_library_close(*place);
  }
  *place = h;
}

static gm_wfu_histories *histories(void) {
  static gm_wfu_histories all[4];
  gm_wfu_histories *h = &all[below(4)];
  *h = (gm_wfu_histories){array(), array(), array(), array(), array(), array()};
  return one_in(20) ? 0 : h;
}

static gm_guard_columns *columns(void) {
  static gm_guard_columns c;
  c = (gm_guard_columns){.facts = array(), .active = bits(), .offers_hsdir = bits(), .has_dir_port = bits(), .buggy = bits(), .vulnerable = bits(),
                         .advertised = array(), .measured = array(), .is_measured = bits(), .advertised_bytes = array(), .uptime = array(),
                         .hsdir_uptime = array(), .wfu = array(), .time_known = array(), .mtbf = array(), .strip = array(), .pin = array(),
                         .unknown = array()};
  return one_in(20) ? 0 : &c;
}

static gm_guard_thresholds_t *thresholds(void) { return array(); }

static const char *const texts[] = {"", "latest", "article", "0.2.3.25", "0.2.5.6-alpha", "GuardWFU", "GuardBandwidth", "GuardNeeds", "FastMin",
                                    "ExitOfThree", "Votes", "Name", "tor-since-0.3.0", "arti", "onionoo", "fine", "slow",
                                    "0102030405060708090A0B0C0D0E0F1011121314", "\xff\0\n"};
static char *text(int64_t *n) {
  const char *t = texts[below(sizeof texts / sizeof *texts)];
  *n = one_in(20) ? -below(5) : (int64_t)strlen(t);
  return one_in(20) ? 0 : (char *)t;
}

/* A document with errors in it. */
static char *broken(int64_t *n) {
  static const char *const all[] = {A_VOTE, A_CONSENSUS, A_LEDGER};
  static char document[8192];
  const char *from = all[below(3)];
  *n = (int64_t)strlen(from);
  memcpy(document, from, (size_t)*n);
  for (int64_t errors = below(4); errors > 0 && *n > 1; errors--) {
    int64_t at = below(*n), size = 1 + below(*n - at < 200 ? *n - at : 200);
    switch (below(4)) {
    case 0: /* another byte */
      document[at] = (char)any();
      break;
    case 1: /* a part is missing */
      memmove(document + at, document + at + size, (size_t)(*n - at - size));
      *n -= size;
      break;
    case 2: /* a part stands twice */
      if (*n + size <= (int64_t)sizeof document) {
        memmove(document + at + size, document + at, (size_t)(*n - at));
        *n += size;
      }
      break;
    default: /* the end is missing */
      *n = at;
    }
  }
  return one_in(30) ? 0 : document;
}

static int64_t calls, failures;

/* Every failure has a status that is known, and a message. */
static void check(int32_t status, const char *what) {
  char message[16];
  calls++;
  if (status < gm_ok || status >= gm_internal) {
    char all[1024];
    int64_t n = gm_library_message(all, sizeof all);
    fprintf(stderr, "fuzz: status %d of %s: %.*s\n", status, what, (int)n, all);
    exit(1);
  }
  if (status != gm_ok) {
    failures++;
    if (gm_library_message(message, sizeof message) <= 0) {
      fprintf(stderr, "fuzz: no message of %s\n", what);
      exit(1);
    }
  }
  for (int i = 0; i < ARRAYS; i++) {
    for (int j = BYTES; j < BYTES + CANARY; j++) {
      if (arrays[i][j] != 0xA5) {
        fprintf(stderr, "fuzz: %s wrote beyond an array\n", what);
        exit(1);
      }
    }
  }
}

/* A call that takes longer than this is as bad as one that crashes. */
enum { PATIENCE = 20 };

static const char *volatile doing;

static void impatient(int signal) {
  (void)signal;
  ssize_t ignored = write(2, "fuzz: too long: ", 16) + write(2, doing, strlen(doing)) + write(2, "\n", 1);
  _exit(ignored > 0);
}

#define CALL(call) (doing = #call, alarm(PATIENCE), check(call, #call))

static void one_call(void) {
  uint64_t made = 0;
  int64_t n = 0, m = 0;
  char *t;
  switch (below(34)) {
  case 0:
    t = broken(&m);
    CALL(gm_consensus_open(t, m, &made, &n));
    if (made) keep(made);
    break;
  case 1:
    t = broken(&m);
    CALL(gm_wfu_open(t, m, &made, &n));
    if (made) keep(made);
    break;
  case 2:
    t = text(&m);
    CALL(gm_guard_rules(t, m, &made));
    if (made) keep(made);
    break;
  case 3:
    t = text(&m);
    CALL(gm_guard_change(handle(), t, m, real(), one_in(20) ? 0 : &made));
    if (made) keep(made);
    break;
  case 4: {
    gm_consensus_columns c = {array(), array(), array(), array(), array(), array(), array(), array(), array(), array(), array(), array(), array()};
    CALL(gm_consensus_read(handle(), length(), one_in(20) ? 0 : &c));
    break;
  }
  case 5: CALL(gm_consensus_header(handle(), array())); break;
  case 6: CALL(gm_consensus_flag((uint32_t)(one_in(2) ? any() : 1u << below(32)), array(), length(), array())); break;
  case 7: CALL(gm_bandwidth_solve((int64_t)any(), below(1000000), below(1000000), below(1000000), (int64_t)any(), one_in(2) ? 10000 : (int64_t)any(), array(), array())); break;
  case 8: CALL(gm_bandwidth_published(handle(), array())); break;
  case 9: CALL(gm_bandwidth_weigh(length(), array(), array(), array(), (int32_t)below(5) - 1, array())); break;
  case 10: CALL(gm_bandwidth_probabilities(length(), array(), array())); break;
  case 11: CALL(gm_bandwidth_draw(length(), array(), any(), length(), array())); break;
  case 12:
    t = text(&m);
    CALL(gm_exposure_shares(handle(), t, m, array(), length(), array()));
    CALL(gm_exposure_shares_of(length(), array(), array(), bits(), t, m, array(), array()));
    break;
  case 13: CALL(gm_exposure_any(length(), array(), length(), array(), (int32_t)below(8) - 1, array())); break;
  case 14: CALL(gm_exposure_simulate(length(), array(), length(), array(), (int32_t)below(8) - 1, below(200) - 10, any(), array(), array())); break;
  case 15: CALL(gm_exposure_diversity(length(), array(), array(), array(), array())); break;
  case 16:
    t = text(&m);
    CALL(gm_exposure_find(handle(), t, m, array(), length(), array()));
    break;
  case 17: CALL(gm_foresight_outcome(handle(), length(), columns(), bits(), thresholds(), array(), array(), array())); break;
  case 18:
    t = text(&m);
    CALL(gm_foresight_sweep(handle(), length(), columns(), t, m, length(), array(), array(), array(), array(), array(), array(), array()));
    break;
  case 19:
    CALL(gm_foresight_forecast(handle(), below(3), columns(), histories(), thresholds(), moment(), moment(), 1u << below(16), array(), array(), array(), below(1000000) - 10, array()));
    break;
  case 20: CALL(gm_guard_thresholds(handle(), length(), columns(), (int32_t)below(5) - 1, thresholds())); break;
  case 21: CALL(gm_guard_decide(handle(), length(), columns(), thresholds(), (int32_t)below(5) - 1, array(), array(), array())); break;
  case 22: CALL(gm_guard_published(handle(), thresholds())); break;
  case 23: CALL(gm_guard_from_vote(handle(), length(), columns())); break;
  case 24:
    t = text(&m);
    CALL(gm_guard_value(handle(), t, m, array()));
    break;
  case 25: CALL(gm_guard_name(handle(), array(), length(), array())); break;
  case 26: CALL(gm_guard_differences(handle(), handle(), array(), length(), array())); break;
  case 27: CALL(gm_guard_releases(array(), length(), array())); break;
  case 28: CALL(gm_guard_reason((uint32_t)any(), array(), length(), array())); break;
  case 29: CALL(gm_wfu_measure(length(), histories(), moment(), array(), array(), array(), array())); break;
  case 30:
    CALL(gm_wfu_note(length(), histories(), bits(), moment(), histories()));
    CALL(gm_wfu_discount(length(), histories(), below(1000) - 10, histories()));
    break;
  case 31:
    CALL(gm_wfu_ticks(moment(), moment(), array(), array()));
    CALL(gm_wfu_reach(below(4), histories(), moment(), moment(), real(), array(), (int64_t)any(), array(), real(), array()));
    CALL(gm_wfu_budget(below(4), histories(), moment(), moment(), real(), array()));
    CALL(gm_wfu_recover(below(4), histories(), moment(), moment(), below(10000000) - 10, real(), array()));
    break;
  case 32: CALL(gm_wfu_advance(length(), histories(), moment(), moment(), moment(), histories(), array())); break;
  case 33:
    CALL(gm_wfu_course((int32_t)below(5) - 1, length(), bits(), moment(), below(50000) - 10, array(), array()));
    CALL(gm_wfu_read(handle(), length(), array(), histories(), array(), array(), array()));
    if (one_in(10)) {
      CALL(gm_library_close(handle()));
    }
    break;
  }
}

int main(int argc, char **argv) {
  struct sigaction action = {.sa_handler = impatient, .sa_flags = SA_ONSTACK};
  sigaction(SIGALRM, &action, 0);
  int64_t rounds = argc > 1 ? atoll(argv[1]) : 20000;
  state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
  state = state * 0x9E3779B97F4A7C15ull + 1;
  for (int i = 0; i < ARRAYS; i++) {
    memset(arrays[i] + BYTES, 0xA5, CANARY);
  }
  for (int64_t i = 0; i < rounds; i++) {
    one_call();
  }
  printf("fuzz: %lld calls, %lld of them refused, none crashed\n", (long long)calls, (long long)failures);
  return failures == 0 || failures == calls; /* a fuzzer that is always or never right tests nothing */
}
