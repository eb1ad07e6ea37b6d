#ifndef CMNL_SHIM_H
#define CMNL_SHIM_H

// libmnl.h uses FILE and iovec without including what declares them.
#include <stdio.h>
#include <sys/uio.h>

#include <libmnl/libmnl.h>

#endif
