# postern_phone: phone.cc with libphonenumber. The run-time package is installed; its headers are
# unpacked into the build directory, because the -dev package conflicts with Boost 1.81's.
find_library(PHONENUMBER_LIBRARY NAMES libphonenumber.so.8 phonenumber)
if(NOT PHONENUMBER_LIBRARY)
  message(FATAL_ERROR "libphonenumber is missing: apt-get install libphonenumber8")
endif()
set(PHONENUMBER_DEPS ${CMAKE_BINARY_DIR}/deps/phonenumber)
execute_process(
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/fetch_phonenumber_headers ${PHONENUMBER_DEPS}
  RESULT_VARIABLE phonenumber_failed)
if(phonenumber_failed)
  message(FATAL_ERROR "the headers of libphonenumber could not be fetched (see above)")
endif()

postern_library(postern_phone SOURCES ${CMAKE_CURRENT_LIST_DIR}/phone.cc)
target_include_directories(postern_phone SYSTEM PRIVATE ${PHONENUMBER_DEPS}/usr/include)
target_link_libraries(postern_phone PRIVATE ${PHONENUMBER_LIBRARY} protobuf::libprotobuf)
