# docker build -t earshot . && docker run -p 8080:8080 -p 3478:3478/udp earshot
FROM node:24-slim AS build
WORKDIR /earshot
COPY package.json package-lock.json ./
# Without the project's own Node (the image has one) and without browsers: nothing needs an install script.
RUN npm ci --ignore-scripts
COPY . .
RUN npx vite build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /earshot
COPY --from=build /earshot/package.json ./
COPY --from=build /earshot/node_modules ./node_modules
COPY --from=build /earshot/dist ./dist
COPY --from=build /earshot/signaling ./signaling
COPY --from=build /earshot/src ./src
RUN mkdir /data && chown node /data
ENV NODE_ENV=production EARSHOT_LOG=json EARSHOT_DATA=/data EARSHOT_STUN=3478
USER node
VOLUME /data
EXPOSE 8080 3478/udp
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch(`http://localhost:${process.env.PORT || 8080}/health`, { redirect: `manual` }).then(r => process.exit(r.status < 400 ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "signaling/start.ts"]
