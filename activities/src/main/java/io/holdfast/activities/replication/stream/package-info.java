/** One disk on its way to another host: frames over gRPC under mutual TLS, both ends. */
@NullMarked
package io.holdfast.activities.replication.stream;

import org.jspecify.annotations.NullMarked;
