// The same, and what a command of saltctl includes to work on an environment.
#pragma once

#include "saltctl/session.hpp"
#include "small.hpp"
