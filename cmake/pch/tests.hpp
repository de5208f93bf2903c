// What nearly every test includes, read once.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src.hpp"
