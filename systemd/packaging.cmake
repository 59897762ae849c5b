# What `cmake --install` puts where, and the Debian package that CPack makes of it: `cpack` in the build
# folder, after a build. Included by the root CMakeLists.txt, last.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # a package needs the three programs, not the tests

install(TARGETS posternd posternd-epoll postern RUNTIME DESTINATION bin)

install(FILES systemd/postern.service systemd/postern.socket systemd/postern-webhooks.socket
  DESTINATION lib/systemd/system)
install(FILES systemd/postern.sysusers DESTINATION lib/sysusers.d RENAME postern.conf)
install(FILES systemd/postern.tmpfiles DESTINATION lib/tmpfiles.d RENAME postern.conf)
install(FILES systemd/deb/postern.toml DESTINATION /etc/postern)
install(PROGRAMS systemd/postern-certbot-hook DESTINATION lib/postern RENAME certbot-hook)

install(FILES conf/alerts.yml DESTINATION share/postern)
install(DIRECTORY conf/dashboards conf/presets conf/holidays DESTINATION share/postern OPTIONAL
  REGEX "CMakeLists.txt$|\\.(cc|h|py)$" EXCLUDE)

install(FILES README.md conf/reference.md conf/tunnel.md systemd/deb/README.Debian
  DESTINATION share/doc/postern)
install(FILES gateway/CHANGELOG.md DESTINATION share/doc/postern)
install(FILES conf/postern.example.toml DESTINATION share/doc/postern/examples)

# The program describes its own command line, so the scripts are those of the program installed.
foreach(shell bash zsh)
  install(CODE "execute_process(COMMAND \"$<TARGET_FILE:postern>\" completion ${shell}
    OUTPUT_FILE \"${CMAKE_BINARY_DIR}/generated/completion.${shell}\" COMMAND_ERROR_IS_FATAL ANY)")
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/generated/completion.bash
  DESTINATION share/bash-completion/completions RENAME postern)
install(FILES ${CMAKE_BINARY_DIR}/generated/completion.zsh
  DESTINATION share/zsh/vendor-completions RENAME _postern)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME postern)
set(CPACK_PACKAGE_VENDOR "Postern")
set(CPACK_PACKAGE_CONTACT "Postern <root@localhost>" CACHE STRING "maintainer of the Debian package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Messaging gateway appliance")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Takes the webhooks of messaging providers, makes each durable before it is
answered, and serves them as one stream of events, contacts and timelines.
One daemon with its own storage; no database and no broker beside it.
Needs a processor of x86-64-v2 (SSE 4.2, 2009 and later).")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones for quiet hours, certificates of the providers, systemd for user, folders and units.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd, tzdata, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "openssl")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus, bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_SOURCE_DIR}/systemd/deb/conffiles ${CMAKE_SOURCE_DIR}/systemd/deb/postinst
  ${CMAKE_SOURCE_DIR}/systemd/deb/prerm ${CMAKE_SOURCE_DIR}/systemd/deb/postrm)
include(CPack)
