#ifndef GUARDMATH_MESSAGE_H
#define GUARDMATH_MESSAGE_H

#include <stdint.h>

/* Keeps a message for the calling thread: from Go, the one that called in. */
void gm_keep_message(const char *text, int64_t length);

/* Copies the calling thread's message, and returns its length. */
int64_t gm_kept_message(char *text, int64_t size);

#endif
