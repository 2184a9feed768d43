package io.holdfast.engine.db;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.extension.ExtensionContext;
import org.jdbi.v3.core.extension.ExtensionFactory;
import org.jdbi.v3.core.extension.Extensions;
import org.jdbi.v3.core.extension.HandleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets DAOs be made once for all transactions: each call goes to the handle that its thread works
 * with, or takes one of its own for the call. JDBI's {@code attach} and {@code onDemand} make a DAO
 * for each transaction or call, with a copy of all settings for each of its methods; that took a
 * fifth of a busy engine's processor time. Thread-safe.
 */
final class BoundHandle implements HandleSupplier {
  private final Jdbi jdbi;
  private final Map<Class<?>, Object> made = new ConcurrentHashMap<>();

  @SuppressWarnings("ThreadLocalUsage") // one a database; a process has one, tests have more
  private final ThreadLocal<@Nullable HandleSupplier> bound = new ThreadLocal<>();

  BoundHandle(Jdbi jdbi) {
    this.jdbi = jdbi;
    jdbi.getConfig(Extensions.class).register(new OfHandle());
  }

  <T> T dao(Class<T> type) {
    return type.cast(made.computeIfAbsent(type, this::make));
  }

  private <T> T make(Class<T> type) {
    return jdbi.getConfig(Extensions.class)
        .findFor(type, this)
        .orElseThrow(() -> new IllegalArgumentException(type + " is no DAO"));
  }

  /** Runs work whose DAO calls use this handle, on this thread. */
  <T extends @Nullable Object, X extends Exception> T with(Handle handle, Work<T, X> work)
      throws X {
    HandleSupplier before = bound.get();
    bound.set(handle.attach(HandleSupplier.class));
    try {
      return work.run();
    } finally {
      bound.set(before);
    }
  }

  @Override
  public <V> V invokeInContext(ExtensionContext context, Callable<V> call) throws Exception {
    HandleSupplier here = bound.get();
    return here == null
        ? jdbi.<V, Exception>withHandle(
            handle -> with(handle, () -> current().invokeInContext(context, call)))
        : here.invokeInContext(context, call);
  }

  @Override
  public Handle getHandle() {
    return current().getHandle();
  }

  @Override
  public Jdbi getJdbi() {
    return jdbi;
  }

  @Override
  public ConfigRegistry getConfig() {
    HandleSupplier here = bound.get();
    return here == null ? jdbi.getConfig() : here.getConfig();
  }

  private HandleSupplier current() {
    HandleSupplier here = bound.get();
    if (here == null) {
      throw new IllegalStateException("No handle is bound to this thread");
    }
    return here;
  }

  @FunctionalInterface
  interface Work<T extends @Nullable Object, X extends Exception> {
    T run() throws X;
  }

  /** Hands out what JDBI itself uses to enter and leave a DAO's method. */
  private static final class OfHandle implements ExtensionFactory {
    @Override
    public boolean accepts(Class<?> type) {
      return type == HandleSupplier.class;
    }

    @Override
    public <E> E attach(Class<E> type, HandleSupplier handle) {
      return type.cast(handle);
    }

    @Override
    public Set<FactoryFlag> getFactoryFlags() {
      return EnumSet.of(FactoryFlag.DONT_USE_PROXY);
    }
  }
}
