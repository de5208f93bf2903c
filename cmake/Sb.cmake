# One static library per folder below src/, one program per main, one test binary per module.

# sb_library(base/http DEPS base/async Boost::url): the folder's *.cpp, named sb_base_http.
# A folder without sources yet is an interface library, so that dependants need not know.
function(sb_library folder)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  string(REPLACE "/" "_" name sb_${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main[a-z_]*\\.cpp$")
  sb_resolve(deps ${arg_DEPS})
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${deps} PRIVATE sb_warnings)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${deps})
  endif()
endfunction()

# Folder names (base/http) become targets (sb_base_http); anything else stays as it is.
function(sb_resolve out)
  set(result)
  foreach(dep ${ARGN})
    string(REPLACE "/" "_" library sb_${dep})
    if(TARGET ${library})
      set(dep ${library})
    endif()
    list(APPEND result ${dep})
  endforeach()
  set(${out} ${result} PARENT_SCOPE)
endfunction()

# sb_program(saltctl SOURCE saltctl/main.cpp DEPS saltctl): build/bin/saltctl, if its main exists.
function(sb_program name)
  cmake_parse_arguments(arg "" "SOURCE" "DEPS" ${ARGN})
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/src/${arg_SOURCE})
    return()
  endif()
  sb_resolve(deps ${arg_DEPS})
  add_executable(${name} ${CMAKE_SOURCE_DIR}/src/${arg_SOURCE})
  target_link_libraries(${name} PRIVATE ${deps} sb_warnings)
  add_dependencies(sb_programs ${name})
endfunction()

# sb_tests(KIND unit MODULE base DEPS base/http): every *_test.cpp below tests/KIND/MODULE in one
# GoogleTest binary, listed when ctest runs, labelled with its kind.
function(sb_tests)
  cmake_parse_arguments(arg "" "KIND;MODULE;TIMEOUT" "DEPS" ${ARGN})
  string(REPLACE "/" "_" module ${arg_MODULE})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${arg_KIND}/${arg_MODULE}/*.cpp)
  if(NOT sources)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  sb_resolve(deps ${arg_DEPS})
  set(name ${arg_KIND}_${module}_tests)
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE SB_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SB_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  target_link_libraries(${name} PRIVATE ${deps} sb_test_support GTest::gmock GTest::gtest_main sb_warnings)
  # Tests are compiled once and run once: optimising them costs more than it saves, but for simulations.
  if(NOT arg_KIND STREQUAL "simulation")
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} TEST_PREFIX "${arg_KIND}.${module}." DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${arg_KIND} TIMEOUT ${arg_TIMEOUT})
endfunction()

# sb_script_test(runbook_aws KIND runbook COMMAND python3 ...): a test that is a script.
function(sb_script_test name)
  cmake_parse_arguments(arg "" "KIND;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_test(NAME ${arg_KIND}.${name} COMMAND ${arg_COMMAND})
  set_tests_properties(${arg_KIND}.${name} PROPERTIES LABELS ${arg_KIND} TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "SB_SOURCE_DIR=${CMAKE_SOURCE_DIR};SB_BIN_DIR=${CMAKE_BINARY_DIR}/bin")
endfunction()
