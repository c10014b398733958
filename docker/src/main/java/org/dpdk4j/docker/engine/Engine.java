// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import java.util.List;
import java.util.Optional;

/**
 * What we ask the container engine. Never from within a call that the engine makes to us: it waits
 * for our answer meanwhile.
 *
 * <p>An engine that can't be asked is told apart from one that says no: {@link
 * EngineUnreachableException} means that nothing is known.
 */
public interface Engine {
    /**
     * A network.
     *
     * @param nameOrId of it
     * @return it, or nothing if the engine says that there is none
     */
    Optional<EngineNetwork> network(String nameOrId);

    /**
     * A container, running or not.
     *
     * @param nameOrId of it
     * @return it, or nothing if the engine says that there is none
     */
    Optional<EngineContainer> container(String nameOrId);

    /**
     * All containers that have a label, running or not.
     *
     * @param label {@code KEY} or {@code KEY=VALUE}
     * @return in no order
     */
    List<EngineContainer> containers(String label);

    /**
     * What the engine is and can do.
     *
     * @return as it says now
     */
    EngineInfo info();

    /**
     * All containers, and the networks of one driver with their endpoints.
     *
     * @param driver of the networks, such as {@code hisriov}
     * @return as it is now, nearly
     */
    EngineState state(String driver);
}
