#include "message.h"

#include <string.h>

/* Go runs a call from C on the thread that made it, so what is kept here is the caller's own. */
static _Thread_local char message[1024];
static _Thread_local int64_t message_length;

void gm_keep_message(const char *text, int64_t length) {
  if (length > (int64_t)sizeof message) {
    length = sizeof message;
  }
  memcpy(message, text, (size_t)length);
  message_length = length;
}

int64_t gm_kept_message(char *text, int64_t size) {
  if (text != 0 && size > 0) {
    memcpy(text, message, (size_t)(size < message_length ? size : message_length));
  }
  return message_length;
}
