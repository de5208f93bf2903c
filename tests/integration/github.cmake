sb_script_test(github KIND integration TIMEOUT 240
  COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/integration/github/salthub_test.py)
