// Beast's separately compiled sources.
#include <boost/beast/src.hpp>
