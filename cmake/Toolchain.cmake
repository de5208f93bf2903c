# The compiler, its warnings and the libraries that everything is built with.
# g++ 12 miscompiles coroutines (docs/traps/gcc12-coroutines.md), so it is refused.

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "SaltBitter is built with clang 19 (found ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION}): run 'make setup', then configure with a preset")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(SB_TESTS "Build the tests" ON)
set(SB_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
option(SB_COVERAGE "Instrument for llvm-cov" OFF)

option(SB_PCH "Precompile the headers that nearly every file includes" ON)

find_program(SB_CCACHE ccache)
if(SB_CCACHE)
  # What ccache asks for with precompiled headers; clang must not write the time into them.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${SB_CCACHE})
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
find_program(SB_LLD NAMES ld.lld-19 ld.lld)
if(SB_LLD)
  add_link_options(-fuse-ld=${SB_LLD})
endif()

add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                        BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)

if(SB_SANITIZE)
  add_compile_options(-fsanitize=${SB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SB_SANITIZE})
endif()
if(SB_COVERAGE)
  # Counters that may live in the profile's file itself (%c in LLVM_PROFILE_FILE): what a killed program ran counts.
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping "SHELL:-mllvm -runtime-counter-relocation")
  add_link_options(-fprofile-instr-generate)
  add_compile_definitions(SB_COVERAGE)
endif()

add_library(sb_warnings INTERFACE)
target_compile_options(sb_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror
                                             -Wno-sign-conversion -Wno-missing-field-initializers)

add_compile_options(-fpch-instantiate-templates)

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
foreach(lib libpq libsodium sqlite3 yaml-cpp libarchive libcrypt)
  string(REGEX REPLACE "^lib" "" name ${lib})
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${lib})
endforeach()
