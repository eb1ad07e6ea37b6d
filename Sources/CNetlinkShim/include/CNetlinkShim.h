#ifndef CNETLINKSHIM_H
#define CNETLINKSHIM_H

// The constants of messages to nf_tables, connection tracking, counters and interfaces, and what Swift cannot import of sockets.

#ifdef __linux__

#include <linux/if_addr.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_acct.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Sets the size of a socket's send or receive buffer: beyond the system's limit with CAP_NET_ADMIN over the first user
/// namespace, else as far as the limit goes.
///
/// @return the size the kernel gave, in bytes of payload and bookkeeping, or a negated errno.
int64_t cnl_set_send_buffer(int descriptor, int bytes);
int64_t cnl_set_receive_buffer(int descriptor, int bytes);

/// Reads one datagram into memory of the caller, of which nothing is kept.
///
/// @param waits whether to wait for one
/// @return its length, which is more than `capacity` if it was cut; -EAGAIN if there is none; or another negated errno.
int64_t cnl_receive(int descriptor, void *buffer, size_t capacity, int waits);

#endif
#endif
