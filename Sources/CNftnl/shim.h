#ifndef CNFTNL_SHIM_H
#define CNFTNL_SHIM_H

// The headers of libnftnl use FILE without including what declares it.
#include <stdio.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>
#include <libnftnl/udata.h>

#endif
