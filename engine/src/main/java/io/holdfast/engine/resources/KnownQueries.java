package io.holdfast.engine.resources;

import io.holdfast.engine.errors.ProblemCode;
import io.holdfast.engine.errors.ProblemException;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Refuses query parameters that the called method does not read: what a caller means by one must
 * not be overlooked. A list that leaves out the filter shows things that the caller never asked
 * for, and may be about to delete.
 */
public final class KnownQueries implements ContainerRequestFilter {
  @Context private @Nullable ResourceInfo called;

  @Override
  public void filter(ContainerRequestContext request) {
    Method method = called == null ? null : called.getResourceMethod();
    if (method == null || method.getDeclaringClass().getPackage() != getClass().getPackage()) {
      return; // OPTIONS, which Jersey answers by itself
    }
    SortedSet<String> known = of(method);
    for (String query : request.getUriInfo().getQueryParameters().keySet()) {
      if (!known.contains(query)) {
        throw ProblemException.ofField(
            ProblemCode.INVALID_REQUEST,
            query,
            "This call knows no query parameter %s; it knows %s"
                .formatted(query, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  /**
   * What the method declares; what is said of a job only where a job is the answer. What a PUT
   * sends is written as it comes, so it has no plan.
   */
  static SortedSet<String> of(Method method) {
    SortedSet<String> known = new TreeSet<>();
    for (Parameter parameter : method.getParameters()) {
      QueryParam query = parameter.getAnnotation(QueryParam.class);
      if (query != null) {
        known.add(query.value());
      } else if (parameter.isAnnotationPresent(BeanParam.class)) {
        addFields(parameter.getType(), known);
      }
    }
    if (!Arrays.asList(method.getParameterTypes()).contains(AsyncResponse.class)) {
      known.removeAll(Call.OF_JOBS);
    }
    if (method.isAnnotationPresent(PUT.class)) {
      known.remove(Call.DRY_RUN);
    }
    return known;
  }

  private static void addFields(Class<?> bean, SortedSet<String> known) {
    for (Class<?> type = bean; type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        QueryParam query = field.getAnnotation(QueryParam.class);
        if (query != null) {
          known.add(query.value());
        }
      }
    }
  }
}
