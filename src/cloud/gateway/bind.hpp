// Operations that answer without waiting are plain member functions:
//   bind<api::GetParameter>(gateway, *this, &Service::get);
#pragma once

#include "cloud/gateway/gateway.hpp"

namespace sb::cloud::gateway {

template <class Operation, class Service>
using Method =
    Outcome<typename Operation::Response> (Service::*)(const typename Operation::Request&);

// An answer that is there already.
Task<Outcome<Object>> ready(Outcome<Object> outcome);

// `service` must outlive the gateway.
template <class Operation, class Service>
void bind(Gateway& gateway, Service& service, Method<Operation, Service> method) {
  gateway.on_object<Operation>([&service, method](Caller, Object request) {
    return ready(
        to_object((service.*method)(*static_cast<typename Operation::Request*>(request.get()))));
  });
}

}  // namespace sb::cloud::gateway
