sb_script_test(security KIND integration COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/tools/security_test.py TIMEOUT 180)
sb_script_test(release_image KIND integration COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/tools/release_image_test.py TIMEOUT 60)
sb_script_test(evidence KIND integration COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/tools/evidence_test.py TIMEOUT 60)
