package io.holdfast.engine.resources;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JavaType;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record's {@code @Nullable} says, which the library does not read: a member may be null. In
 * an answer all members are there, null or not; a request says itself what it needs.
 */
final class RecordSchemas implements ModelConverter {
  private static final String REQUEST = "Request";

  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    Schema<?> schema = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
    JavaType java = Json.mapper().constructType(type.getType());
    if (schema != null && java.getRawClass().isRecord()) {
      Schema<?> model = schema.get$ref() == null ? schema : defined(context, schema.get$ref());
      if (model != null && model.getProperties() != null) {
        describe(model, java.getRawClass());
      }
    }
    return schema;
  }

  private static @Nullable Schema<?> defined(ModelConverterContext context, String reference) {
    return context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
  }

  private static void describe(Schema<?> model, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      Schema<?> property = model.getProperties().get(component.getName());
      if (property == null || isLeftOutWhenNull(type, component)) {
        continue;
      }
      if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        model.addProperty(component.getName(), nullable(property));
      }
      if (!type.getSimpleName().endsWith(REQUEST) && !isRequired(model, component.getName())) {
        model.addRequiredItem(component.getName());
      }
    }
  }

  private static boolean isLeftOutWhenNull(Class<?> type, RecordComponent component) {
    return type.isAnnotationPresent(JsonInclude.class)
        ? component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        : component.getAccessor().isAnnotationPresent(JsonInclude.class);
  }

  private static boolean isRequired(Schema<?> model, String name) {
    return model.getRequired() != null && model.getRequired().contains(name);
  }

  /** A reference takes nothing beside it in OpenAPI 3.0, so it is wrapped. */
  private static Schema<?> nullable(Schema<?> property) {
    Schema<?> open =
        property.get$ref() == null ? property : new Schema<>().allOf(List.of(property));
    return open.nullable(true);
  }
}
