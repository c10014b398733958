// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dpdk4j.sriov.kernel.FileStatus;

/** Something that has a name in a file system. */
abstract sealed class Node {
    private static final AtomicLong INODES = new AtomicLong();

    int mode;
    int uid;
    int gid;

    /** As kernfs gives them: none is given twice. */
    final long inode = INODES.incrementAndGet();

    private Node(int mode) {
        this.mode = mode;
    }

    abstract FileStatus.Type type();

    /** What a file system allows. */
    enum FileSystem {
        SYSFS,
        PROC,
        TMPFS,
        HUGETLBFS
    }

    /** Reads what an attribute shows; without the newline at its end. */
    interface Show {
        String show() throws Refusal;
    }

    /** Takes what is written to an attribute. */
    interface Store {
        void store(String text) throws Refusal;
    }

    static final class Directory extends Node {
        final FileSystem fileSystem;
        final TreeMap<String, Node> children = new TreeMap<>();
        String name = "";
        Directory parent = this;

        /** What is mounted here, the newest on top. */
        final Deque<Mount> mounts = new ArrayDeque<>();

        Directory(FileSystem fileSystem, int mode) {
            super(mode);
            this.fileSystem = fileSystem;
        }

        Directory directory(String child) {
            if (children.get(child) instanceof Directory there) {
                return there;
            }
            Directory made = new Directory(fileSystem, 0x1ed);
            put(child, made);
            return made;
        }

        Directory path(String names) {
            Directory at = this;
            for (String each : names.split("/", -1)) {
                at = at.directory(each);
            }
            return at;
        }

        <T extends Node> T put(String child, T node) {
            if (node instanceof Directory directory) {
                directory.parent = this;
                directory.name = child;
            }
            children.put(child, node);
            return node;
        }

        /** A read-only attribute. */
        void show(String child, Show show) {
            put(child, new Attribute(0x124, show, null));
        }

        void text(String child, String text) {
            show(child, () -> text);
        }

        /** An attribute that root may write. */
        void attribute(String child, Show show, Store store) {
            put(child, new Attribute(0x1a4, show, store));
        }

        /** An attribute that root may write, and nobody may read. */
        void store(String child, Store store) {
            put(child, new Attribute(0x80, null, store));
        }

        /** A link in sysfs, relative as all of them are. */
        void link(String child, Directory target) {
            put(child, new Link(relative(absolute(), target.absolute())));
        }

        void remove(String child) {
            children.remove(child);
        }

        String absolute() {
            return parent == this ? "" : parent.absolute() + "/" + name;
        }

        /** The directory as lookups see it: what is mounted hides what is below. */
        Directory visible() {
            return mounts.isEmpty() ? this : mounts.peek().root().visible();
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.DIRECTORY;
        }

        private static String relative(String from, String to) {
            String[] source = from.split("/", -1);
            String[] target = to.split("/", -1);
            int same = 0;
            // The target's own name is always part of it, as in kernfs.
            while (same < source.length
                    && same < target.length - 1
                    && source[same].equals(target[same])) {
                same++;
            }
            StringBuilder text = new StringBuilder("../".repeat(source.length - same));
            for (int i = same; i < target.length; i++) {
                text.append(target[i]).append(i + 1 < target.length ? "/" : "");
            }
            return text.toString();
        }
    }

    static final class Attribute extends Node {
        final Show show;
        final Store store;

        Attribute(int mode, Show show, Store store) {
            super(mode);
            this.show = show;
            this.store = store;
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.FILE;
        }
    }

    static final class Link extends Node {
        final String target;

        Link(String target) {
            super(0x1ff);
            this.target = target;
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.LINK;
        }
    }

    static final class Device extends Node {
        Device(int mode) {
            super(mode);
        }

        @Override
        FileStatus.Type type() {
            return FileStatus.Type.CHARACTER_DEVICE;
        }
    }

    /** A mounted file system. */
    record Mount(String type, String options, Directory root) {}
}
