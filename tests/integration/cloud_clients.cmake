# AWS's own clients against a real saltcloud: the aws command line and boto3.
sb_script_test(cloud_clients KIND integration TIMEOUT 240
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/integration/cloud/clients_test.py)
# Shells in tasks: aws ecs execute-command on real terminals.
sb_script_test(execute_command KIND integration TIMEOUT 300
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/integration/cloud/exec_test.py)
# Bad input and faults: AWS's errors, and nothing half done.
sb_script_test(cloud_faults KIND integration TIMEOUT 300
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/integration/cloud/faults_test.py)
# Every waiter and paginator.
sb_script_test(cloud_waiters KIND integration TIMEOUT 300
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/integration/cloud/waiters_test.py)
# What CloudWatch and RDS say of databases and caches, and of a PostgreSQL that was killed.
sb_script_test(cloud_metrics KIND integration TIMEOUT 240
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/integration/cloud/metrics_test.py)
