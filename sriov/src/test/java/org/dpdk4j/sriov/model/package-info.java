// SPDX-License-Identifier: BSD-3-Clause
/**
 * A behavioural stand-in for the parts of Linux that the module asks: sysfs, procfs, rtnetlink,
 * devlink, vfio. It runs as a process of its own, so that its state outlives the clients that a
 * test kills. Where Linux answers with an errno, so does the model: it is there to prove the
 * product wrong, and the same contract suite runs against it and against a real kernel.
 */
package org.dpdk4j.sriov.model;
