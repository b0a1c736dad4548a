// Uses the optional component msiv2::prometheus as another project would.
#include <iostream>

#include "msiv2/observers/prometheus.h"

int main() {
  msiv2::PrometheusObserver observer;
  msiv2::Event event;
  event.kind = msiv2::Event::Kind::kRotation;
  observer.OnEvent(event);
  std::cout << observer.Text();
  return 0;
}
