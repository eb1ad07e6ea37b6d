#include "CNetlinkShim.h"

#ifdef __linux__

#include <errno.h>
#include <sys/socket.h>

static int64_t set_buffer(int descriptor, int forced, int limited, int bytes) {
  // The kernel doubles what it is given.
  int half = bytes / 2;
  if (setsockopt(descriptor, SOL_SOCKET, forced, &half, sizeof half) != 0 &&
      setsockopt(descriptor, SOL_SOCKET, limited, &half, sizeof half) != 0)
    return -errno;
  int given = 0;
  socklen_t size = sizeof given;
  if (getsockopt(descriptor, SOL_SOCKET, limited, &given, &size) != 0) return -errno;
  return given;
}

int64_t cnl_set_send_buffer(int descriptor, int bytes) {
  return set_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, bytes);
}

int64_t cnl_set_receive_buffer(int descriptor, int bytes) {
  return set_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, bytes);
}

int64_t cnl_receive(int descriptor, void *buffer, size_t capacity, int waits) {
  ssize_t count;
  do {
    count = recv(descriptor, buffer, capacity, MSG_TRUNC | (waits ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : count;
}

#endif
