/* Calls every function of the library, and holds what it says to what must be so. Prints one line, and exits with 1 at the
 * first thing that is not so. */
#include "libguardmath.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"

static void fail(const char *what, int line) {
  char message[1024];
  int64_t length = gm_library_message(message, sizeof message);
  fprintf(stderr, "test.c:%d: %s (last message: %.*s)\n", line, what, (int)length, message);
  exit(1);
}

#define MUST(what) ((what) ? (void)0 : fail(#what, __LINE__))
#define OK(call) MUST((call) == gm_ok)

/* A text as the library takes it: it writes to none. */
static char *T(const char *text) { return (char *)text; }

/* Whether the calling thread's message holds a text. */
static int says(const char *text) {
  char message[1025];
  int64_t length = gm_library_message(message, sizeof message - 1);
  message[length] = 0;
  return strstr(message, text) != 0;
}

#define DAY 86400
#define NOW 1768435200 /* 2026-01-15 00:00:00 */

static void histories(void) {
  uint64_t run[2] = {10 * DAY, 0}, up[2] = {10 * DAY, 0}, total[2] = {20 * DAY, 0};
  double weights[2] = {4, 0};
  int64_t since[2] = {NOW - 10 * DAY, 0}, down[2] = {0, 0};
  gm_wfu_histories h = {run, weights, up, total, since, down};

  double wfu[2], mtbf[2];
  int64_t known[2], uptime[2];
  OK(gm_wfu_measure(2, &h, NOW, wfu, known, mtbf, uptime));
  MUST(wfu[0] == 20.0 / 30 && wfu[1] == 0);
  MUST(known[0] == 30 * DAY && known[1] == 0);
  MUST(mtbf[0] == 20.0 * DAY / 5 && uptime[0] == 10 * DAY);
  OK(gm_wfu_measure(2, &h, NOW, 0, 0, 0, 0));
  MUST(gm_wfu_measure(-1, &h, NOW, wfu, 0, 0, 0) == gm_length);
  MUST(gm_wfu_measure(2, 0, NOW, wfu, 0, 0, 0) == gm_null);

  int64_t ticks, latest;
  OK(gm_wfu_ticks(NOW, NOW + DAY, &ticks, &latest));
  MUST(ticks == 2 && latest == NOW + DAY);
  MUST(gm_wfu_ticks(NOW, NOW, 0, 0) == gm_null && says("null"));

  OK(gm_wfu_discount(2, &h, 1, &h)); /* in place */
  MUST(run[0] == (uint64_t)(10 * DAY * 0.95) && weights[0] == 4 * 0.95 && total[0] == (uint64_t)(20 * DAY * 0.95));
  MUST(since[0] == NOW - 10 * DAY);

  int64_t at[2], budget[2], back[2];
  OK(gm_wfu_reach(2, &h, NOW, NOW, 0.98, at, 8 * DAY, known, 5 * DAY, uptime));
  MUST(at[0] > NOW && at[1] >= NOW && known[0] == NOW && known[1] == NOW + 8 * DAY && uptime[1] == NOW + 5 * DAY);
  OK(gm_wfu_budget(2, &h, NOW, NOW, 0.5, budget));
  MUST(budget[0] > DAY && budget[1] == -1);
  OK(gm_wfu_recover(2, &h, NOW, NOW, budget[0], 0.5, back));
  MUST(back[0] == NOW + budget[0]);

  uint64_t run2[2], up2[2], total2[2];
  double weights2[2];
  int64_t since2[2], down2[2], ticked;
  gm_wfu_histories later = {run2, weights2, up2, total2, since2, down2};
  OK(gm_wfu_advance(2, &h, NOW, NOW, NOW + DAY, &later, &ticked));
  MUST(ticked == NOW + DAY && run2[0] == (uint64_t)((uint64_t)(run[0] * 0.95) * 0.95) && since2[0] == since[0]);

  uint8_t found[2] = {0, 1};
  OK(gm_wfu_note(2, &h, found, NOW + DAY, &later)); /* the first went down, the second came up */
  MUST(since2[0] == 0 && down2[0] == NOW + DAY && since2[1] == NOW + DAY && run2[0] == run[0] + 11 * DAY);
  MUST(gm_wfu_note(2, &h, 0, NOW, &later) == gm_null);

  uint8_t ups[240];
  double course[240], time[240];
  memset(ups, 1, sizeof ups);
  for (int32_t model = 0; model < 3; model++) {
    OK(gm_wfu_course(model, 240, ups, NOW, 0, course, time));
    MUST(course[239] == 1 && time[239] > 0);
  }
  MUST(gm_wfu_course(3, 240, ups, NOW, 0, course, time) == gm_value);
  MUST(gm_wfu_course(0, 240, 0, NOW, 0, course, time) == gm_null);

  uint64_t book;
  int64_t n, stored, tracked, clock;
  uint8_t id[20];
  OK(gm_wfu_open(T(A_LEDGER), sizeof A_LEDGER - 1, &book, &n));
  MUST(n == 1);
  OK(gm_wfu_read(book, 1, id, &later, &stored, &tracked, &clock));
  MUST(id[0] == 1 && id[19] == 0x14 && stored == NOW && clock == NOW - 7200 && run2[0] == 1000000 && total2[0] == 1010000);
  MUST(gm_wfu_read(book, 2, id, &later, 0, 0, 0) == gm_length);
  OK(gm_library_close(book));
  MUST(gm_wfu_read(book, 1, id, &later, 0, 0, 0) == gm_handle);
  MUST(gm_library_close(book) == gm_handle);
  MUST(gm_wfu_open(T("format 9\n"), 9, &book, &n) == gm_document && says("line 1"));
}

static uint32_t flag(const char *name) {
  for (uint32_t bit = 1; bit != 0; bit <<= 1) {
    char text[32];
    int64_t length;
    if (gm_consensus_flag(bit, text, sizeof text, &length) == gm_ok && length == (int64_t)strlen(name) &&
        memcmp(text, name, strlen(name)) == 0) {
      return bit;
    }
  }
  fail("no such flag", __LINE__);
  return 0;
}

static void documents(void) {
  uint64_t vote, consensus;
  int64_t n;
  OK(gm_consensus_open(T(A_VOTE), sizeof A_VOTE - 1, &vote, &n));
  MUST(n == 2);
  uint8_t identity[40], nickname[38], address[8], measured_at[2];
  uint32_t flags[2], bandwidth[2], measured[2];
  int64_t published[2], known[2];
  uint16_t or_port[2], dir_port[2];
  double wfu[2], mtbf[2];
  gm_consensus_columns columns = {identity, nickname, address, flags,    bandwidth, measured, measured_at,
                                  published, or_port, dir_port, wfu, known, mtbf};
  OK(gm_consensus_read(vote, 2, &columns));
  MUST(identity[0] == 1 && identity[20] == 0xff && memcmp(nickname, "fine", 5) == 0 && memcmp(nickname + 19, "slow", 5) == 0);
  MUST(address[3] == 7 && address[7] == 8 && or_port[1] == 443 && dir_port[0] == 9030 && published[0] == NOW - 129);
  MUST(bandwidth[0] == 6526 && measured[1] == 7 && measured_at[0] == 1 && wfu[0] == 0.99886 && known[1] == 3600 && mtbf[1] == 1800);
  MUST((flags[0] & flag("Guard")) != 0 && (flags[1] & flag("Guard")) == 0);
  gm_consensus_columns none = {0};
  OK(gm_consensus_read(vote, 2, &none));
  MUST(gm_consensus_read(vote, 3, &columns) == gm_length && says("2 relays"));

  gm_consensus_header_t header;
  OK(gm_consensus_header(vote, &header));
  MUST(header.is_vote && header.valid_after == NOW && header.published == NOW - 600 && header.has_thresholds && !header.has_weights);

  OK(gm_consensus_open(T(A_CONSENSUS), sizeof A_CONSENSUS - 1, &consensus, &n));
  OK(gm_consensus_header(consensus, &header));
  MUST(!header.is_vote && header.method == 33 && header.has_weights && header.g == 10001 && header.m == 1);
  int64_t weights[19], computed[19], fresh[19];
  OK(gm_bandwidth_published(consensus, weights));
  MUST(weights[2] == 4194 && weights[12] == 5806 && weights[18] == 10000);
  MUST(gm_bandwidth_published(vote, fresh) == gm_value);
  int32_t which;
  OK(gm_bandwidth_solve(28045630, 4774561, 1733570, 8003370, 42557135, 10000, computed, &which));
  MUST(computed[12] == 5852 && which != 0);
  MUST(gm_bandwidth_solve(0, 0, 0, 0, 0, 10000, computed, &which) == gm_value);

  OK(gm_consensus_read(consensus, 2, &columns));
  double weighed[2], chance[2], shares[2], p, error, entropy, effective, largest;
  OK(gm_bandwidth_weigh(2, flags, bandwidth, weights, 0, weighed));
  MUST(fabs(weighed[0] / weighed[1] - 7.0 / 3) < 1e-12);
  MUST(gm_bandwidth_weigh(2, flags, bandwidth, weights, 9, weighed) == gm_value);
  OK(gm_bandwidth_probabilities(2, weighed, chance));
  MUST(fabs(chance[0] - 0.7) < 1e-12 && fabs(chance[0] + chance[1] - 1) < 1e-12);
  int64_t drawn[10000], first = 0;
  OK(gm_bandwidth_draw(2, chance, 1, 10000, drawn));
  for (int i = 0; i < 10000; i++) {
    MUST(drawn[i] == 0 || drawn[i] == 1);
    first += drawn[i] == 0;
  }
  MUST(first > 6700 && first < 7300);
  OK(gm_exposure_shares(consensus, T("tor-since-0.3.0"), 15, weights, 2, shares));
  MUST(fabs(shares[0] - 0.7) < 1e-12);
  MUST(gm_exposure_shares(consensus, T("nobody"), 6, weights, 2, shares) == gm_name && says("nobody"));
  double same[2];
  OK(gm_exposure_shares_of(2, flags, bandwidth, 0, T("tor-since-0.3.0"), 15, weights, same));
  MUST(same[0] == shares[0] && same[1] == shares[1]);
  MUST(gm_exposure_shares_of(2, 0, bandwidth, 0, T("tor-since-0.3.0"), 15, weights, same) == gm_null);
  int64_t set[1] = {1}, found;
  OK(gm_exposure_any(2, shares, 1, set, 1, &p));
  MUST(fabs(p - 0.3) < 1e-12);
  OK(gm_exposure_simulate(2, shares, 1, set, 1, 10000, 7, &p, &error));
  MUST(fabs(p - 0.3) < 6 * error && error > 0);
  set[0] = 2;
  MUST(gm_exposure_any(2, shares, 1, set, 1, &p) == gm_value);
  OK(gm_exposure_diversity(2, shares, &entropy, &effective, &largest));
  MUST(fabs(largest - 0.7) < 1e-12 && fabs(effective - 1 / (0.49 + 0.09)) < 1e-12 && entropy < 1);
  OK(gm_exposure_find(consensus, T("Other"), 5, set, 1, &found));
  MUST(found == 1 && set[0] == 1);

  gm_guard_thresholds_t published_ones;
  OK(gm_guard_published(vote, &published_ones));
  MUST(published_ones.guard_wfu == 0.98 && published_ones.fast == 102 && published_ones.enough_mtbf);
  MUST(gm_guard_published(consensus, &published_ones) == gm_value);
  uint32_t facts[2], advertised[2];
  uint8_t active[2], unknown[2];
  gm_guard_columns shown = {.facts = facts, .active = active, .advertised = advertised, .unknown = unknown};
  OK(gm_guard_from_vote(vote, 2, &shown));
  MUST(active[0] == 1 && advertised[0] == 6526 && (facts[0] & flag("Guard")) == 0 && unknown[0] != 0);
  MUST(gm_guard_from_vote(consensus, 2, &shown) == gm_value);
  OK(gm_library_close(vote));
  OK(gm_library_close(consensus));
  MUST(gm_consensus_open(T("nonsense\n"), 9, &vote, &n) == gm_document);
  MUST(gm_consensus_open(0, 9, &vote, &n) == gm_null && gm_consensus_open(T(A_VOTE), -1, &vote, &n) == gm_length);
}

static void decisions(void) {
  uint64_t latest, article, strict;
  OK(gm_guard_rules(T("latest"), 6, &latest));
  OK(gm_guard_rules(T("article"), 7, &article));
  MUST(gm_guard_rules(T("1x"), 2, &strict) == gm_name && says("1x"));
  double value;
  OK(gm_guard_value(latest, T("GuardWFU"), 8, &value));
  MUST(value == 0.98);
  OK(gm_guard_change(latest, T("GuardWFU"), 8, 0.995, &strict));
  OK(gm_guard_value(strict, T("GuardWFU"), 8, &value));
  MUST(value == 0.995);
  MUST(gm_guard_change(latest, T("GuardWFU"), 8, 2, &strict) == gm_value && gm_guard_value(latest, T("Name"), 4, &value) == gm_name);
  char text[65536];
  int64_t length;
  OK(gm_guard_name(article, text, sizeof text, &length));
  MUST(length == 12 && memcmp(text, "article-2013", 12) == 0);
  OK(gm_guard_differences(article, latest, text, sizeof text, &length));
  text[length] = 0;
  MUST(strstr(text, "256000 B/s, then 2097152 B/s") != 0);
  OK(gm_guard_releases(text, sizeof text, &length));
  text[length] = 0;
  MUST(strstr(text, "tor-0.2.5.6-alpha\n") != 0);
  OK(gm_guard_reason(1, text, sizeof text, &length));
  MUST(gm_guard_reason(3, text, sizeof text, &length) == gm_name);

  enum { n = 1000 };
  static uint32_t facts[n], measured[n], flags[n], cannot[n], against[n];
  static uint8_t active[n], keep[n];
  static int64_t uptime[n], known[n];
  static double wfu[n], mtbf[n], shares[n];
  const uint32_t fit = flag("Running") | flag("Valid") | flag("V2Dir");
  for (int i = 0; i < n; i++) {
    facts[i] = fit, active[i] = 1, keep[i] = i != n - 1;
    measured[i] = 10 * (uint32_t)(i + 1), uptime[i] = i * 3600, known[i] = i * 3600, wfu[i] = i / 1000.0, mtbf[i] = i * 1000;
  }
  gm_guard_columns columns = {.facts = facts, .active = active, .offers_hsdir = active, .measured = measured, .uptime = uptime,
                              .wfu = wfu, .time_known = known, .mtbf = mtbf};
  gm_guard_thresholds_t t, again;
  OK(gm_guard_thresholds(latest, n, &columns, 1, &t));
  OK(gm_guard_thresholds(latest, n, &columns, 0, &again)); /* on all cores: the same */
  MUST(memcmp(&t, &again, sizeof t) == 0);
  MUST(t.guard_including_exits == 7510 && t.fast == 102 && t.guard_time_known == 125 * 3600 && t.ignoring_advertised);
  OK(gm_guard_decide(latest, n, &columns, &t, 1, flags, cannot, against));
  MUST((flags[n - 1] & flag("Guard")) != 0 && (flags[0] & flag("Guard")) == 0 && against[0] != 0 && cannot[0] == 0);
  MUST(gm_guard_thresholds(latest, n, &(gm_guard_columns){0}, 1, &t) == gm_null);
  MUST(gm_guard_thresholds(latest, n, &columns, -1, &t) == gm_value);
  MUST(gm_guard_decide(latest, n, &columns, 0, 1, flags, cannot, against) == gm_null);
  MUST(gm_guard_decide(~0ull, n, &columns, &t, 1, flags, cannot, against) == gm_handle);

  int64_t weights[19], points[3][2], kilobytes[3][2];
  OK(gm_foresight_outcome(latest, n, &columns, keep, &again, flags, shares, weights));
  MUST(flags[n - 1] == 0 && shares[n - 1] == 0 && (flags[n - 2] & flag("Guard")) != 0 && shares[n - 2] > 0);
  double values[2] = {0.5, 0.98};
  OK(gm_foresight_sweep(latest, n, &columns, T("GuardWFU"), 8, 2, values, points[0], points[1], points[2], kilobytes[0], kilobytes[1], kilobytes[2]));
  MUST(points[0][0] >= points[0][1] && points[1][1] == 0 && points[2][1] == 0);
  MUST(gm_foresight_sweep(latest, n, &columns, T("x"), 1, 2, values, 0, 0, 0, 0, 0, 0) == gm_name);

  static uint64_t run[n], up[n], total[n];
  static double counts[n];
  static int64_t since[n], down[n], gained[n], good[n], survives[n], back[n];
  for (int i = 0; i < n; i++) {
    since[i] = NOW - known[i];
  }
  gm_wfu_histories past = {run, counts, up, total, since, down};
  OK(gm_foresight_forecast(latest, n, &columns, &past, &t, NOW, NOW, flag("Guard"), gained, good, survives, DAY, back));
  MUST(gained[n - 1] == NOW && survives[n - 1] > 0 && back[n - 1] > NOW + DAY - 1);
  MUST(gained[n / 2] >= NOW && survives[0] == -1);
  MUST(gm_foresight_forecast(latest, n, &columns, &past, &t, NOW, NOW, flag("Exit"), gained, good, survives, DAY, back) == gm_value);
  OK(gm_library_close(latest));
  OK(gm_library_close(article));
}

/* Messages are each thread's own. */
static void *other_thread(void *name) {
  uint64_t rules;
  for (int i = 0; i < 1000; i++) {
    MUST(gm_guard_rules(name, 2, &rules) == gm_name);
    MUST(says(name));
  }
  return 0;
}

static void threads(void) {
  static char names[4][3] = {"?a", "?b", "?c", "?d"};
  pthread_t all[4];
  for (int i = 0; i < 4; i++) {
    MUST(pthread_create(&all[i], 0, other_thread, names[i]) == 0);
  }
  for (int i = 0; i < 4; i++) {
    MUST(pthread_join(all[i], 0) == 0);
  }
}

int main(void) {
  MUST(gm_library_abi() == GM_ABI);
  histories();
  documents();
  decisions();
  threads();
  puts("test: every function does as it must");
  return 0;
}
