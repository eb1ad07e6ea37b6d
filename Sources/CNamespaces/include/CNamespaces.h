#ifndef CNAMESPACES_H
#define CNAMESPACES_H

// What Swift cannot import of Linux: functions behind feature macros, ioctl, ancillary data, link-layer addresses.
//
// A function that gives back a number says success by one that is not negative; a negative one is an errno, negated.
// Descriptors belong to the caller, who closes them; they are closed in started programs. No function keeps a pointer.

#ifdef __linux__

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Moves the calling thread, and no other, into a network namespace of its own. The namespace ends with the last thread,
/// program and descriptor that is in it.
int cns_unshare_network(void);

/// Moves the calling thread into the network namespace that a file stands for, such as `/run/netns/NAME`.
int cns_enter_network(const char *path);

/// Keeps the calling thread on the processor it is running on.
int cns_stay_on_this_cpu(void);

/// A TUN device in the calling thread's namespace, without packet information, not blocking. It goes with
/// the namespace.
///
/// @param name ends with a zero byte; at most 15 bytes before it.
int cns_open_tun(const char *name);

/// A file that exists in memory only.
int cns_open_memory_file(void);

/// A socket that sends and receives frames of one type over the loopback device. Receiving gives up after a time.
///
/// @param ethertype in host byte order
int cns_open_loopback_frames(uint16_t ethertype, int timeout_milliseconds);

/// Sends a frame with a counter as its content.
int cns_send_loopback_frame(int descriptor, uint16_t ethertype, uint64_t counter);

/// Waits for the next frame and gives back its counter; -EAGAIN when the time is up.
int64_t cns_receive_loopback_frame(int descriptor);

/// A socket for whole IP packets that leave from an address of the namespace.
///
/// @param source 4 or 16 bytes, in network byte order
int cns_open_sender(int is_ipv6, const uint8_t *source);

/// Sends one IP packet as it is.
///
/// @param destination 4 or 16 bytes, in network byte order
int cns_send_packet(int descriptor, int is_ipv6, const uint8_t *destination, const uint8_t *packet, size_t length);

/// A socket that gets a copy of all packets of one protocol that are delivered in the namespace. It does not block.
int cns_open_receiver(int is_ipv6, uint8_t protocol);

/// Reads one packet, its IP header included: for IPv6, whose sockets leave it out, one is made from what the kernel tells
/// beside the packet. At most `capacity` bytes, which must be 40 or more, are written.
///
/// @return bytes written, or -EAGAIN when there is none.
int64_t cns_receive_packet(int descriptor, int is_ipv6, uint8_t protocol, uint8_t *buffer, size_t capacity);

/// A socket for netfilter's netlink messages. Receiving gives up after a time.
int cns_open_netfilter(int timeout_milliseconds);

/// Runs a program in the calling thread's namespace until it ends.
///
/// @param arguments the program's path first, NULL last
/// @param input read by the program from the start
/// @param output written by the program
/// @param errors written by the program; may be the same as `output`
/// @return the exit status, or 128 and the number of the signal that ended it.
int cns_run(const char *const *arguments, int input, int output, int errors);

/// Starts a program that outlives its starter and its terminal, in the calling thread's namespace. It reads and writes
/// nothing.
///
/// @param arguments the program's path first, NULL last
int cns_start_detached(const char *const *arguments);

/// Gives memory that was freed, and that the allocator has kept for later, back to the kernel. Takes milliseconds.
void cns_give_memory_back(void);

#endif
#endif
