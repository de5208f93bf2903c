# Each brings up an environment of its own in a home of its own.
set(tests breach demo development docs drill emergency github hotfix kills notify operate process production rollback staging update_service)
foreach(name ${tests})
  sb_script_test(${name} KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/${name}_test.py TIMEOUT 600)
endforeach()
# Development's address is fixed, and a test that measures traffic wants the machine for itself. They come
# first (COST): one after the other they take as long as everything else beside them.
list(TRANSFORM tests PREPEND runbook.)
set_tests_properties(${tests} PROPERTIES RESOURCE_LOCK local_cloud COST 1000)
# Needs no environment: its engine has a network of its own.
sb_script_test(compose KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/compose_test.py TIMEOUT 600)
# Counts what the others ran.
sb_script_test(coverage KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/coverage_test.py)
set_tests_properties(runbook.coverage PROPERTIES DEPENDS "runbook.compose;${tests}")
