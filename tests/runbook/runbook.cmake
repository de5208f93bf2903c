# Each brings up an environment of its own in a home of its own.
set(tests aws boxes breach demo development docs doctor drill emergency emergency_release endings engine_gone faults github hotfix in_the_way json kills kills_back kills_hotfix kills_up notify operate panel procedures process production restore rollback shell staging told update_service ways_back)
foreach(name ${tests})
  sb_script_test(${name} KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/${name}_test.py TIMEOUT 600)
endforeach()
# Two at a time at most, one of each kind: those that put load on a release, with others so that both kinds take as long,
# and those that do not, which share development's fixed address. They come first (COST): they take as long as
# everything else beside them.
set(loaded boxes breach demo drill emergency_release engine_gone json kills kills_back rollback told update_service ways_back)
set(quiet ${tests})
list(REMOVE_ITEM quiet ${loaded})
list(TRANSFORM tests PREPEND runbook.)
list(TRANSFORM loaded PREPEND runbook.)
list(TRANSFORM quiet PREPEND runbook.)
set_tests_properties(${loaded} PROPERTIES RESOURCE_LOCK loaded_cloud COST 1000)
set_tests_properties(${quiet} PROPERTIES RESOURCE_LOCK quiet_cloud COST 1000)
# Needs no environment: its engine has a network of its own.
sb_script_test(compose KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/compose_test.py TIMEOUT 600)
# Needs nothing but the checkout.
sb_script_test(docs_links KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/docs_links_test.py)
# Counts what the others ran.
sb_script_test(coverage KIND runbook COMMAND python3 ${CMAKE_SOURCE_DIR}/tests/runbook/coverage_test.py)
set_tests_properties(runbook.coverage PROPERTIES DEPENDS "runbook.compose;${tests}")
