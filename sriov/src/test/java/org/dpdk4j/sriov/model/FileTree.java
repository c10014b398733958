// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.List;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.model.Node.Attribute;
import org.dpdk4j.sriov.model.Node.Directory;
import org.dpdk4j.sriov.model.Node.FileSystem;
import org.dpdk4j.sriov.model.Node.Link;

/** Path names, as {@code namei} walks them, and the permissions of kernfs. */
final class FileTree {
    private static final int MOST_LINKS = 40;
    private static final int ELOOP = 40;
    private static final int ENAMETOOLONG = 36;
    private static final int NAME_BYTES = 255;
    private static final int PATH_BYTES = 4095;

    final Directory root = new Directory(FileSystem.TMPFS, 0x1ed);

    /** Who asks: root reads and writes what its mode says for anybody, others are looked up. */
    private final int uid;

    FileTree(int uid) {
        this.uid = uid;
        root.put("sys", new Directory(FileSystem.SYSFS, 0x16d));
        root.put("proc", new Directory(FileSystem.PROC, 0x16d));
        for (String name : List.of("dev", "mnt", "run", "tmp", "var/lib")) {
            root.path(name);
        }
    }

    Directory sys(String path) {
        return ((Directory) root.children.get("sys")).path(path);
    }

    Directory proc() {
        return (Directory) root.children.get("proc");
    }

    Directory dev() {
        return root.directory("dev");
    }

    String read(String path) throws Refusal {
        Node node = resolve(path, true);
        if (node instanceof Directory) {
            throw new Refusal(Errno.EISDIR);
        }
        if (!(node instanceof Attribute attribute)) {
            throw new Refusal(Errno.EINVAL);
        }
        permit(attribute, 4);
        if (attribute.show == null) {
            throw new Refusal(Errno.EIO);
        }
        return attribute.show.show();
    }

    void write(String path, String text) throws Refusal {
        Node node = resolve(path, true);
        if (node instanceof Directory) {
            throw new Refusal(Errno.EISDIR);
        }
        if (!(node instanceof Attribute attribute)) {
            throw new Refusal(Errno.EINVAL);
        }
        permit(attribute, 2);
        // A write of nothing never gets as far as the attribute.
        if (!text.isEmpty()) {
            attribute.store.store(text);
        }
    }

    List<String> list(String path) throws Refusal {
        if (resolve(path, true) instanceof Directory directory) {
            return List.copyOf(directory.children.keySet());
        }
        throw new Refusal(Errno.ENOTDIR);
    }

    String readLink(String path) throws Refusal {
        if (resolve(path, false) instanceof Link link) {
            return link.target;
        }
        throw new Refusal(Errno.EINVAL);
    }

    FileStatus status(String path) throws Refusal {
        Node node = resolve(path, false);
        return new FileStatus(node.type(), node.mode, node.uid, node.gid, node.inode);
    }

    void own(String path, int newUid, int newGid, int mode) throws Refusal {
        Node node = resolve(path, true);
        if (uid != 0) {
            throw new Refusal(Errno.EPERM);
        }
        node.uid = newUid;
        node.gid = newGid;
        node.mode = mode & 0xfff;
    }

    void makeDirectory(String path) throws Refusal {
        Directory parent = parent(path);
        String name = last(path);
        if (parent.children.containsKey(name)) {
            throw new Refusal(Errno.EEXIST);
        }
        writable(parent);
        Directory made = parent.put(name, new Directory(parent.fileSystem, 0x1ed));
        made.uid = uid;
    }

    void removeDirectory(String path) throws Refusal {
        Directory parent = parent(path);
        Node node = parent.children.get(last(path));
        if (node == null) {
            throw new Refusal(Errno.ENOENT);
        }
        if (!(node instanceof Directory directory)) {
            throw new Refusal(Errno.ENOTDIR);
        }
        writable(parent);
        if (!directory.mounts.isEmpty()) {
            throw new Refusal(Errno.EBUSY);
        }
        if (!directory.children.isEmpty()) {
            throw new Refusal(Errno.ENOTEMPTY);
        }
        parent.remove(last(path));
    }

    /** The directory below its mounts, for those that mount and unmount. */
    Directory mountPoint(String path) throws Refusal {
        Node node = parent(path).children.get(last(path));
        if (node instanceof Link) {
            node = resolve(path, true);
        }
        if (node == null) {
            throw new Refusal(Errno.ENOENT);
        }
        if (!(node instanceof Directory directory)) {
            throw new Refusal(Errno.ENOTDIR);
        }
        return directory;
    }

    private Directory parent(String path) throws Refusal {
        String trimmed = trim(path);
        int slash = trimmed.lastIndexOf('/');
        if (slash < 0) {
            throw new Refusal(Errno.ENOENT);
        }
        if (resolve(trimmed.substring(0, slash + 1), true) instanceof Directory directory) {
            return directory;
        }
        throw new Refusal(Errno.ENOTDIR);
    }

    private static String last(String path) {
        String trimmed = trim(path);
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private static String trim(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private void writable(Directory parent) throws Refusal {
        if (uid != 0) {
            throw new Refusal(Errno.EACCES);
        }
        switch (parent.fileSystem) {
            case SYSFS -> throw new Refusal(Errno.EPERM);
            case PROC -> throw new Refusal(Errno.ENOENT);
            default -> {
                // Ordinary.
            }
        }
    }

    /** kernfs refuses root too where nobody may, which other file systems do not. */
    private void permit(Attribute attribute, int bit) throws Refusal {
        int shift = attribute.uid == uid ? 6 : 0;
        boolean anybody = (attribute.mode & (bit << 6 | bit << 3 | bit)) != 0;
        boolean granted = uid == 0 ? anybody : (attribute.mode >> shift & bit) != 0;
        if (!granted) {
            throw new Refusal(Errno.EACCES);
        }
        if (bit == 2 && attribute.store == null) {
            throw new Refusal(Errno.EIO);
        }
    }

    Node resolve(String path, boolean follow) throws Refusal {
        if (path.indexOf('\0') >= 0) {
            throw new Refusal(Errno.EINVAL);
        }
        if (path.length() > PATH_BYTES) {
            throw new Refusal(ENAMETOOLONG);
        }
        if (!path.startsWith("/")) {
            throw new Refusal(Errno.ENOENT);
        }
        return walk(root, path, follow, 0);
    }

    private Node walk(Directory start, String path, boolean follow, int links) throws Refusal {
        Directory at = path.startsWith("/") ? root : start;
        int from = 0;
        while (true) {
            while (from < path.length() && path.charAt(from) == '/') {
                from++;
            }
            if (from == path.length()) {
                return at;
            }
            int to = path.indexOf('/', from);
            boolean last = to < 0;
            String name = path.substring(from, last ? path.length() : to);
            from = last ? path.length() : to;
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.parent;
                continue;
            }
            if (name.length() > NAME_BYTES) {
                throw new Refusal(ENAMETOOLONG);
            }
            Node node = at.children.get(name);
            if (node == null) {
                throw new Refusal(Errno.ENOENT);
            }
            if (node instanceof Link link && (!last || follow)) {
                if (links == MOST_LINKS) {
                    throw new Refusal(ELOOP);
                }
                node = walk(at, link.target, true, links + 1);
            }
            if (node instanceof Directory directory) {
                at = directory.visible();
            } else if (last) {
                return node;
            } else {
                throw new Refusal(Errno.ENOTDIR);
            }
        }
    }
}
