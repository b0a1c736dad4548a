// Call a protected resource through msiv2.hpp, in C++17, without the C++ library.
//
//   cpp17_call_resource URL RESOURCE [TRUST_ANCHORS_FILE]
#include <iostream>
#include <msiv2.hpp>
#include <stdexcept>

int main(int argc, char** argv) try {
  if (argc < 3) throw std::invalid_argument("usage: cpp17_call_resource URL RESOURCE [TRUST_ANCHORS_FILE]");
  msiv2c::Options options;
  if (argc > 3) options.Set(MSIV2_OPTION_TRUST_ANCHORS_FILE, argv[3]);
  const msiv2c::Client client(options);
  msiv2c::Request request(argv[2]);
  request.Set(MSIV2_REQUEST_MTLS_POP).Set(MSIV2_REQUEST_ALLOW_UNATTESTED);
  const msiv2c::Token token = client.Acquire(request);

  const msiv2c::ResourceClient resource(options);
  const msiv2c::Response answer = resource.Send(token, msiv2c::ResourceRequest(argv[1]));
  std::cout << answer.Status() << "\n" << answer.Body() << "\n";
  return 0;
} catch (const std::exception& error) {  // msiv2c::Error among them
  std::cerr << error.what() << "\n";
  return 1;
}
