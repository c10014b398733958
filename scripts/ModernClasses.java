// SPDX-License-Identifier: BSD-3-Clause
import static java.lang.classfile.ClassFile.JAVA_8_VERSION;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars, and gives the classes in them that are of a Java before 6 the form of Java 8, which
 * has stack maps: Java verifies the old form slowly, and takes it into no cache. What they do is the
 * same.
 *
 * <p>{@code java ModernClasses.java INTO JAR...}
 */
final class ModernClasses {
    /** The first version whose classes have stack maps. */
    private static final int JAVA_6 = ClassFile.JAVA_6_VERSION;

    private ModernClasses() {}

    public static void main(String[] arguments) throws IOException {
        Path into = Files.createDirectories(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            Path jar = Path.of(arguments[i]);
            copy(jar, into.resolve(jar.getFileName()));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        URL[] classes = {from.toUri().toURL()};
        try (ZipFile jar = new ZipFile(from.toFile());
                URLClassLoader loader =
                        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            ClassFile classFile =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(loader)));
            for (ZipEntry entry : Collections.list(jar.entries())) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] bytes = in.readAllBytes();
                    boolean isClass = entry.getName().endsWith(".class");
                    out.write(isClass ? modern(classFile, bytes) : bytes);
                }
                out.closeEntry();
            }
        }
    }

    private static byte[] modern(ClassFile classFile, byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        if (model.majorVersion() >= JAVA_6) {
            return bytes;
        }
        // Code that is written anew, unchanged, gets its stack maps in that.
        ClassTransform anew = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        return classFile.transformClass(
                model,
                anew.andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                }));
    }
}
