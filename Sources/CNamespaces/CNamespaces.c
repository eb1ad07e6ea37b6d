#define _GNU_SOURCE
#include "CNamespaces.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <malloc.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/// Closes a descriptor that could not be made ready, and keeps the reason.
static int give_up(int descriptor) {
  int reason = errno;
  close(descriptor);
  return -reason;
}

static int set_timeout(int descriptor, int milliseconds) {
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  return setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

int cns_unshare_network(void) { return unshare(CLONE_NEWNET) == 0 ? 0 : -errno; }

int cns_stay_on_this_cpu(void) {
  int cpu = sched_getcpu();
  if (cpu < 0) return -errno;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

int cns_open_tun(const char *name) {
  int descriptor = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return -errno;
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (ioctl(descriptor, TUNSETIFF, &request) != 0) return give_up(descriptor);
  // Taking away a device alone takes the kernel tens of milliseconds; with its namespace it is done in the background.
  if (ioctl(descriptor, TUNSETPERSIST, 1) != 0) return give_up(descriptor);
  return descriptor;
}

int cns_open_memory_file(void) {
  int descriptor = memfd_create("svcnat", MFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int cns_open_loopback_frames(uint16_t ethertype, int timeout_milliseconds) {
  int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ethertype), .sll_ifindex = (int)if_nametoindex("lo")};
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return give_up(descriptor);
  if (set_timeout(descriptor, timeout_milliseconds) != 0) return give_up(descriptor);
  return descriptor;
}

int cns_send_loopback_frame(int descriptor, uint16_t ethertype, uint64_t counter) {
  struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ethertype),
                                .sll_ifindex = (int)if_nametoindex("lo"),
                                .sll_halen = ETH_ALEN};
  ssize_t sent = sendto(descriptor, &counter, sizeof counter, 0, (struct sockaddr *)&address, sizeof address);
  return sent < 0 ? -errno : 0;
}

int64_t cns_receive_loopback_frame(int descriptor) {
  uint64_t counter = 0;
  ssize_t count;
  do {
    count = recv(descriptor, &counter, sizeof counter, 0);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : (int64_t)counter;
}

/// @return the length of the address
static socklen_t fill(struct sockaddr_storage *storage, int is_ipv6, const uint8_t *address) {
  memset(storage, 0, sizeof *storage);
  if (is_ipv6) {
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)storage;
    in6->sin6_family = AF_INET6;
    memcpy(&in6->sin6_addr, address, 16);
    return sizeof *in6;
  }
  struct sockaddr_in *in = (struct sockaddr_in *)storage;
  in->sin_family = AF_INET;
  memcpy(&in->sin_addr, address, 4);
  return sizeof *in;
}

int cns_open_sender(int is_ipv6, const uint8_t *source) {
  // With IPPROTO_RAW packets bring their own headers.
  int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  if (descriptor < 0) return -errno;
  struct sockaddr_storage storage;
  socklen_t length = fill(&storage, is_ipv6, source);
  if (bind(descriptor, (struct sockaddr *)&storage, length) != 0) return give_up(descriptor);
  return descriptor;
}

int cns_send_packet(int descriptor, int is_ipv6, const uint8_t *destination, const uint8_t *packet, size_t length) {
  struct sockaddr_storage storage;
  socklen_t size = fill(&storage, is_ipv6, destination);
  ssize_t sent = sendto(descriptor, packet, length, 0, (struct sockaddr *)&storage, size);
  return sent < 0 ? -errno : 0;
}

int cns_open_receiver(int is_ipv6, uint8_t protocol) {
  int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (descriptor < 0) return -errno;
  int on = 1;
  if (is_ipv6 && (setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) != 0 ||
                  setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on) != 0))
    return give_up(descriptor);
  return descriptor;
}

static int64_t receive_ipv6(int descriptor, uint8_t protocol, uint8_t *buffer, size_t capacity) {
  enum { header_size = 40 };
  struct sockaddr_in6 source;
  union {
    struct cmsghdr header;
    char space[256];
  } control;
  struct iovec body = {.iov_base = buffer + header_size, .iov_len = capacity - header_size};
  struct msghdr message = {.msg_name = &source,
                           .msg_namelen = sizeof source,
                           .msg_iov = &body,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  ssize_t count = recvmsg(descriptor, &message, 0);
  if (count < 0) return -errno;
  memset(buffer, 0, header_size);
  int traffic_class = 0;
  for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item != NULL; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != IPPROTO_IPV6) continue;
    if (item->cmsg_type == IPV6_PKTINFO) memcpy(buffer + 24, CMSG_DATA(item), 16);
    if (item->cmsg_type == IPV6_TCLASS) memcpy(&traffic_class, CMSG_DATA(item), sizeof traffic_class);
  }
  buffer[0] = (uint8_t)(0x60 | (traffic_class >> 4 & 15));
  buffer[1] = (uint8_t)(traffic_class << 4);
  buffer[4] = (uint8_t)(count >> 8);
  buffer[5] = (uint8_t)count;
  buffer[6] = protocol;
  memcpy(buffer + 8, &source.sin6_addr, 16);
  return header_size + count;
}

int64_t cns_receive_packet(int descriptor, int is_ipv6, uint8_t protocol, uint8_t *buffer, size_t capacity) {
  if (is_ipv6) return receive_ipv6(descriptor, protocol, buffer, capacity);
  ssize_t count = recv(descriptor, buffer, capacity, 0);
  return count < 0 ? -errno : count;
}

int cns_open_netfilter(int timeout_milliseconds) {
  enum { netlink_netfilter = 12 };
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, netlink_netfilter);
  if (descriptor < 0) return -errno;
  if (set_timeout(descriptor, timeout_milliseconds) != 0) return give_up(descriptor);
  return descriptor;
}

int cns_enter_network(const char *path) {
  int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0) return -errno;
  int reason = setns(namespace, CLONE_NEWNET) < 0 ? errno : 0;
  close(namespace);
  return -reason;
}

int cns_run(const char *const *arguments, int input, int output, int errors) {
  posix_spawn_file_actions_t actions;
  int reason = posix_spawn_file_actions_init(&actions);
  if (reason != 0) return -reason;
  // The child's copies start where the file's position is.
  lseek(input, 0, SEEK_SET);
  if ((reason = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)) == 0 &&
      (reason = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)) == 0 &&
      (reason = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)) == 0) {
    pid_t child;
    reason = posix_spawn(&child, arguments[0], &actions, NULL, (char *const *)arguments, environ);
    if (reason == 0) {
      posix_spawn_file_actions_destroy(&actions);
      int status;
      while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -errno;
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
  }
  posix_spawn_file_actions_destroy(&actions);
  return -reason;
}

int cns_start_detached(const char *const *arguments) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int reason = posix_spawn_file_actions_init(&actions);
  if (reason != 0) return -reason;
  if ((reason = posix_spawnattr_init(&attributes)) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -reason;
  }
  if ((reason = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID)) == 0 &&
      (reason = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) == 0 &&
      (reason = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) == 0 &&
      (reason = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)) == 0 &&
      // Somebody may wait for the last copy of a descriptor to be closed.
      (reason = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)) == 0) {
    pid_t child;
    reason = posix_spawn(&child, arguments[0], &actions, &attributes, (char *const *)arguments, environ);
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return -reason;
}

void cns_give_memory_back(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

#endif
