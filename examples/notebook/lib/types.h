/*
 * The types of guardmath's C interface. The functions are in the header that `go build -buildmode=c-shared` writes.
 *
 * Every array belongs to the caller, who allocates it, with one element a relay unless it says otherwise; a null pointer
 * in a struct is a column that is not there: of an input, what its comment says; of an output, one that is not wanted.
 * Arrays are read and written only during the call. Every function returns a status, gm_ok or another; for another,
 * gm_library_message has the reason, of the last call of the same thread. All functions may be called from any thread.
 */
#ifndef GUARDMATH_TYPES_H
#define GUARDMATH_TYPES_H

#include <stdint.h>

/* The interface's version: it changes whenever a caller would have to. */
#define GM_ABI 1

/* Statuses. */
enum {
  gm_ok = 0,
  gm_null = 1,      /* a pointer that must not be null is */
  gm_length = 2,    /* a length that is negative, too large, or not that of the thing it is of */
  gm_handle = 3,    /* a handle that is none, or of another kind, or closed */
  gm_document = 4,  /* a document that cannot be read: the message has line and keyword */
  gm_name = 5,      /* a name that nobody knows */
  gm_value = 6,     /* a number out of its range */
  gm_internal = 7   /* a fault of this library's */
};

/* What never happens happens at this moment. */
#define GM_NEVER INT64_MAX

/* Histories, a column for each number of wfu.History. Times are Unix seconds, 0 where nothing is open. */
typedef struct {
  uint64_t *weighted_run_length; /* seconds */
  double *total_run_weights;     /* a count */
  uint64_t *weighted_uptime;     /* seconds */
  uint64_t *total_weighted_time; /* seconds */
  int64_t *start_of_run;
  int64_t *start_of_downtime;
} gm_wfu_histories;

/* Relays as an authority decides them, a column for each fact of guard.Columns, which says what a null one stands for. */
typedef struct {
  uint32_t *facts;           /* flags as bits: see gm_consensus_flag */
  uint8_t *active;           /* 0 or 1, as all of uint8_t */
  uint8_t *offers_hsdir;
  uint8_t *has_dir_port;
  uint8_t *buggy;
  uint8_t *vulnerable;
  uint32_t *advertised;      /* KB/s, 1000 bytes each */
  uint32_t *measured;        /* KB/s */
  uint8_t *is_measured;
  uint32_t *advertised_bytes; /* bytes/s */
  int64_t *uptime;           /* seconds */
  int64_t *hsdir_uptime;     /* seconds */
  double *wfu;               /* 0 to 1 */
  int64_t *time_known;       /* seconds */
  double *mtbf;              /* seconds */
  uint32_t *strip;           /* flags as bits */
  uint32_t *pin;             /* flags as bits */
  uint8_t *unknown;          /* guard.Unknowns */
} gm_guard_columns;

/* Thresholds, as a vote's flag-thresholds line has them. */
typedef struct {
  double stable_mtbf;               /* seconds */
  double guard_wfu;                 /* 0 to 1 */
  int64_t guard_time_known;         /* seconds */
  uint32_t stable_uptime;           /* seconds */
  uint32_t fast;                    /* KB/s; bytes/s where in_bytes */
  uint32_t guard_including_exits;   /* likewise */
  uint32_t guard_excluding_exits;   /* likewise */
  int32_t enough_mtbf;              /* 0 or 1 */
  int32_t ignoring_advertised;      /* 0 or 1 */
  int32_t in_bytes;                 /* 0 or 1 */
  int32_t scarce_exits;             /* 0 or 1 */
} gm_guard_thresholds_t;

/* What a vote or a consensus says of its relays. */
typedef struct {
  uint8_t *identity;    /* 20 bytes a relay */
  uint8_t *nickname;    /* 19 bytes a relay, those behind the name 0 */
  uint8_t *address;     /* IPv4, 4 bytes a relay */
  uint32_t *flags;      /* as bits */
  uint32_t *bandwidth;  /* KB/s */
  uint32_t *measured;   /* KB/s; 0 where it is not measured */
  uint8_t *is_measured; /* 0 or 1 */
  int64_t *published;   /* Unix seconds */
  uint16_t *or_port;
  uint16_t *dir_port;
  double *wfu;          /* of the stats line; NaN where there is none */
  int64_t *time_known;  /* -1 where there is none */
  double *mtbf;         /* NaN where there is none */
} gm_consensus_columns;

/* What a vote or a consensus says of itself. */
typedef struct {
  int64_t valid_after; /* Unix seconds */
  int64_t published;   /* Unix seconds; 0 in a consensus */
  int64_t g, m, e, d, t; /* the bandwidths of its relays, by kind: bandwidth.Totals */
  int32_t is_vote;     /* 0 or 1 */
  int32_t method;      /* of a consensus; 0 in a vote */
  int32_t has_thresholds; /* 0 or 1 */
  int32_t has_weights; /* 0 or 1 */
} gm_consensus_header_t;

#endif
