// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON text, read whole; a field of another type than is asked for is an
 * IllegalArgumentException.
 */
final class JsonObject {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    private JsonObject() {}

    static JsonObject parse(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            Object value = parser.nextToken() == null ? null : value(parser);
            if (!(value instanceof JsonObject object) || parser.nextToken() != null) {
                throw new IOException("it is not one JSON object");
            }
            return object;
        }
    }

    Optional<String> text(String name) {
        return field(name, String.class);
    }

    OptionalInt integer(String name) {
        Optional<Integer> value = field(name, Integer.class);
        return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
    }

    Optional<JsonObject> object(String name) {
        return field(name, JsonObject.class);
    }

    List<JsonObject> objects(String name) {
        return elements(name, JsonObject.class);
    }

    List<String> texts(String name) {
        return elements(name, String.class);
    }

    private <T> List<T> elements(String name, Class<T> type) {
        List<T> elements = new ArrayList<>();
        for (Object element : field(name, List.class).orElse(List.of())) {
            elements.add(cast(name, element, type));
        }
        return elements;
    }

    private <T> Optional<T> field(String name, Class<T> type) {
        Object value = fields.get(name);
        return value == null ? Optional.empty() : Optional.of(cast(name, value, type));
    }

    private static <T> T cast(String name, @Nullable Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "field \""
                            + name
                            + "\" has the wrong type: it should be "
                            + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                JsonObject object = new JsonObject();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.fields.put(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.INT
                            ? parser.getIntValue()
                            : parser.getNumberValue();
            case VALUE_STRING -> parser.getText();
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> parser.getDoubleValue();
        };
    }
}
