// Operations that answer without waiting are plain member functions:
//   bind<api::GetParameter>(gateway, *this, &Service::get);
#pragma once

#include "cloud/gateway/gateway.hpp"

namespace sb::cloud::gateway {

template <class Operation, class Service>
using Method =
    Outcome<typename Operation::Response> (Service::*)(const typename Operation::Request&);

template <class Operation, class Service>
Task<Outcome<typename Operation::Response>> answer(Service& service,
                                                   Method<Operation, Service> method,
                                                   typename Operation::Request request) {
  co_return (service.*method)(request);
}

// `service` must outlive the gateway.
template <class Operation, class Service>
void bind(Gateway& gateway, Service& service, Method<Operation, Service> method) {
  gateway.on<Operation>([&service, method](Caller, typename Operation::Request request) {
    return answer<Operation, Service>(service, method, std::move(request));
  });
}

}  // namespace sb::cloud::gateway
