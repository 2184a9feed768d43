package io.holdfast.workflows.connection;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/**
 * Has a worker's calls wait for the connection, within their deadline, instead of failing at once
 * while there is none: the SDK makes a poller that failed wait up to a minute, and nobody can tell
 * it otherwise. Calls that somebody awaits fail as before.
 */
final class WaitForReady implements ClientInterceptor {
  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return next.newCall(method, isWorkers(method) ? options.withWaitForReady() : options);
  }

  private static boolean isWorkers(MethodDescriptor<?, ?> method) {
    String name = String.valueOf(method.getBareMethodName());
    return name.startsWith("Poll")
        || name.startsWith("Respond")
        || name.equals("RecordActivityTaskHeartbeat");
  }
}
